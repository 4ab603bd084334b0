import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post, put } from '../api/client';
import { Problem, sentence } from '../api/problem';
import { labelOf } from '../language';
import { Dialog } from '../look/Dialog';
import { formatDecimal, formatRelative } from '../look/format';
import { Button, Checkbox, Chip, Failure, IconButton, Skeleton } from '../look/parts';
import { Select } from '../look/Select';
import { toast } from '../look/toast';
import { useBehaviours } from '../records/filter/behaviours';
import { FilterBuilder } from '../records/filter/FilterBuilder';
import { ConditionWords, useAskable } from '../segments/ConditionWords';
import { lifecycleKeys, type Preview, type Rule, type Rules, type Run, type Stage } from './lifecycle';

/** The rules in their order, tried before they are kept, and the whole base gone over by them. */
export function RulesEditor({ stages }: { stages: Stage[] }) {
  const rules = useQuery({
    queryKey: lifecycleKeys.rules,
    queryFn: ({ signal }) => get<Rules>('/lifecycle/rules', { signal }),
    refetchInterval: ({ state }) => (state.data?.run.state === 'running' ? 1000 : false),
  });
  if (rules.isError) return <Failure message={sentence(rules.error)} onRetry={() => void rules.refetch()} />;
  return rules.data ? <Editor stages={stages} kept={rules.data} /> : <Skeleton lines={6} />;
}

function Editor({ stages, kept }: { stages: Stage[]; kept: Rules }) {
  const { t } = useTranslation('lifecycle');
  const client = useQueryClient();
  const [rules, setRules] = useState<Rule[]>(kept.rules);
  const [active, setActive] = useState(kept.active);
  const [open, setOpen] = useState<number | null>(null);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [preview, setPreview] = useState<Preview | null>(null);
  const [busy, setBusy] = useState<'save' | 'preview' | null>(null);
  const change = (at: number, part: Partial<Rule>) =>
    setRules(rules.map((rule, index) => (index === at ? { ...rule, ...part } : rule)));
  const move = (at: number, step: number) => {
    const next = [...rules];
    next.splice(at + step, 0, next.splice(at, 1)[0]!);
    setRules(next);
    setOpen(null);
  };
  const failed = (error: unknown) => {
    const given = error instanceof Problem ? error.body.errors : undefined;
    setErrors(Object.fromEntries(Object.entries(given ?? {}).map(([field, said]) => [field, String(said[0] ?? '')])));
    toast({ text: sentence(error), kind: 'error' });
  };
  const act = async (what: 'save' | 'preview') => {
    setBusy(what);
    setErrors({});
    try {
      if (what === 'preview') setPreview(await post<Preview>('/lifecycle:preview', { rules }));
      else {
        client.setQueryData(lifecycleKeys.rules, await put<Rules>('/lifecycle/rules', { active, rules }));
        void client.invalidateQueries({ queryKey: lifecycleKeys.all });
        toast({ text: t('saved') });
      }
    } catch (error) {
      failed(error);
    }
    setBusy(null);
  };
  return (
    <div className="lifecycle-rules">
      <p className="meta">{t('ruleHint')}</p>
      <ol>
        {rules.map((rule, index) => (
          <RuleLine
            key={index}
            rule={rule}
            stages={stages}
            open={open === index}
            error={errors[`rules.${index}.filter`] ?? errors[`rules.${index}.stage`] ?? errors[`rules.${index}`]}
            onOpen={() => setOpen(open === index ? null : index)}
            onChange={(part) => change(index, part)}
            onRemove={() => setRules(rules.filter((_, at) => at !== index))}
            onUp={index > 0 ? () => move(index, -1) : undefined}
            onDown={index < rules.length - 1 ? () => move(index, 1) : undefined}
          />
        ))}
      </ol>
      <Button
        kind="ghost"
        icon="plus"
        onClick={() => {
          setRules([...rules, { stage: stages[0]?.stage ?? '', from: [], filter: '' }]);
          setOpen(rules.length);
        }}
      >
        {t('add')}
      </Button>
      <div className="lifecycle-acts">
        <Checkbox label={t('active')} checked={active} onChange={(event) => setActive(event.target.checked)} />
        <Button busy={busy === 'preview'} onClick={() => void act('preview')}>
          {t('preview')}
        </Button>
        <Button kind="primary" busy={busy === 'save'} onClick={() => void act('save')}>
          {t('save')}
        </Button>
      </div>
      <Derive run={kept.run} disabled={!kept.active} />
      {preview && <PreviewDialog preview={preview} stages={stages} onClose={() => setPreview(null)} />}
    </div>
  );
}

interface RuleLineProps {
  rule: Rule;
  stages: Stage[];
  open: boolean;
  error?: string;
  onOpen: () => void;
  onChange: (part: Partial<Rule>) => void;
  onRemove: () => void;
  onUp?: () => void;
  onDown?: () => void;
}

function RuleLine({ rule, stages, open, error, onOpen, onChange, onRemove, onUp, onDown }: RuleLineProps) {
  const { t } = useTranslation('lifecycle');
  const fields = useAskable();
  const behaviours = useBehaviours('customers');
  const of = (name: string) => stages.find(({ stage }) => stage === name);
  const chip = (name: string) => (
    <Chip key={name} color={of(name)?.color}>
      {labelOf(of(name)?.labels, name)}
    </Chip>
  );
  return (
    <li data-open={open || undefined}>
      <div className="lifecycle-rule">
        <span className="lifecycle-rule-what">
          {rule.from.length > 0 && (
            <>
              {rule.from.map(chip)}
              <span aria-hidden="true">→</span>
            </>
          )}
          {chip(rule.stage)}
        </span>
        <span className="lifecycle-rule-words">{rule.filter ? <ConditionWords filter={rule.filter} /> : '…'}</span>
        <span className="lifecycle-rule-acts">
          <IconButton icon="up" size="small" label={t('up')} disabled={!onUp} onClick={onUp} />
          <IconButton icon="down" size="small" label={t('down')} disabled={!onDown} onClick={onDown} />
          <IconButton icon="edit" size="small" label={t('when')} active={open} onClick={onOpen} />
          <IconButton icon="close" size="small" label={t('remove')} onClick={onRemove} />
        </span>
      </div>
      {error && (
        <p className="labelled-error" role="alert">
          {error}
        </p>
      )}
      {open && (
        <div className="lifecycle-rule-open">
          <label>
            {t('becomes')}
            <Select
              label={t('becomes')}
              value={rule.stage}
              options={stages.map(({ stage, labels }) => ({ value: stage, label: labelOf(labels, stage) }))}
              onChange={(stage) => onChange({ stage })}
            />
          </label>
          <fieldset>
            <legend>{t('before')}</legend>
            {rule.from.length === 0 && <span className="meta">{t('anyStage')}</span>}
            {stages.map(({ stage, labels }) => (
              <Checkbox
                key={stage}
                label={labelOf(labels, stage)}
                checked={rule.from.includes(stage)}
                onChange={(event) =>
                  onChange({
                    from: event.target.checked ? [...rule.from, stage] : rule.from.filter((one) => one !== stage),
                  })
                }
              />
            ))}
          </fieldset>
          {fields.length > 0 && (
            <FilterBuilder
              fields={fields}
              behaviours={behaviours}
              filter={rule.filter}
              onChange={(filter) => onChange({ filter })}
            />
          )}
        </div>
      )}
    </li>
  );
}

function Derive({ run, disabled }: { run: Run; disabled: boolean }) {
  const { t } = useTranslation('lifecycle');
  const client = useQueryClient();
  const running = run.state === 'running';
  const act = async () => {
    try {
      await post(running ? '/lifecycle:stop' : '/lifecycle:derive');
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
    void client.invalidateQueries({ queryKey: lifecycleKeys.all });
  };
  const facts = {
    percent: Math.round((run.done / Math.max(1, run.total)) * 100),
    moved: formatDecimal(run.moved),
    when: formatRelative(run.finishedAt),
  };
  return (
    <div className="lifecycle-derive">
      <Button disabled={disabled && !running} onClick={() => void act()}>
        {t(running ? 'stop' : 'derive')}
      </Button>
      <span className="meta" role="status">
        {t(run.state, facts)}
      </span>
      {running && <progress value={run.done} max={Math.max(1, run.total)} />}
    </div>
  );
}

function PreviewDialog({ preview, stages, onClose }: { preview: Preview; stages: Stage[]; onClose: () => void }) {
  const { t } = useTranslation('lifecycle');
  const nameOf = (stage: string | null) =>
    stage === null ? t('noStage') : labelOf(stages.find((one) => one.stage === stage)?.labels, stage);
  return (
    <Dialog title={t('previewTitle')} onClose={onClose} footer={<Button onClick={onClose}>{t('close')}</Button>}>
      <p>
        {preview.count === 0
          ? t('none')
          : t(preview.exact ? 'would' : 'wouldAbout', { count: preview.count, number: formatDecimal(preview.count) })}
      </p>
      <ul className="lifecycle-moves">
        {preview.moves.map((move) => (
          <li key={`${move.from} ${move.to}`}>
            <span>{t('move', { from: nameOf(move.from), to: nameOf(move.to) })}</span>
            <strong>{formatDecimal(move.count)}</strong>
          </li>
        ))}
      </ul>
      <ul className="lifecycle-moves">
        {preview.some.map((one) => (
          <li key={one.id}>
            <span className="ellipsis">{one.name}</span>
            <span className="meta">{t('move', { from: nameOf(one.from), to: nameOf(one.to) })}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
