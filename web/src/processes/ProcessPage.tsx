import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { get, patch, post } from '../api/client';
import { sentence } from '../api/problem';
import { keys, useRecord, useRecordType } from '../api/queries';
import { useSession } from '../api/session';
import { labelOf } from '../language';
import { Select } from '../look/Select';
import { Button, Checkbox, IconButton, Labelled, Skeleton, TextInput } from '../look/parts';
import { toast } from '../look/toast';
import { PageFailure } from '../records/page/RecordPage';
import { PageBar } from '../shell/PageBar';
import { Moves } from './Moves';
import { type Check, type Definition, type Editions, freshKey, type Process, replaced, shifted, tidy } from './process';
import { PublishDialog } from './PublishDialog';
import { StageForm } from './StageForm';
import { WhoMay } from './WhoMay';
import '../records/form/form.css';
import './process.css';

const begun: Definition = {
  stages: [
    { key: 'stage-1', name: '', probability: 20, expectedDays: 14, mayGoBack: true },
    { key: 'stage-2', name: '', probability: 60, expectedDays: 21, mayGoBack: true },
  ],
};

/** A sales process as a manager composes it: stages, what they ask for, what others owe; checked while typing, saved as a new edition. */
export default function ProcessPage({ id }: { type: string; id: string }) {
  return id === 'new' ? (
    <Editor process={{ id: '', version: 0, name: '', isDefault: false, active: true, definition: begun }} />
  ) : (
    <Existing id={id} />
  );
}

function Existing({ id }: { id: string }) {
  const record = useRecord('sales-processes', id);
  if (record.error) return <PageFailure type="sales-processes" failure={record.error} onRetry={() => void record.refetch()} />;
  return record.data ? <Editor key={String(record.data.version)} process={record.data as unknown as Process} /> : <Skeleton lines={10} />;
}

function Editor({ process }: { process: Process }) {
  const { t } = useTranslation('processes');
  const { may } = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const type = useRecordType('sales-processes').data;
  const [values, setValues] = useState(process);
  const [at, setAt] = useState(0);
  const [publishing, setPublishing] = useState(false);
  const [busy, setBusy] = useState(false);
  const editable = may('processes.manage');
  const { definition } = values;
  const typed = useMemo(() => JSON.stringify(tidy(definition)), [definition]);
  const settled = useDeferredValue(typed);
  const check = useQuery({
    queryKey: ['records', 'sales-processes', 'check', process.id, settled],
    queryFn: ({ signal }) =>
      post<Check>('/sales-processes:check', { process: process.id || undefined, definition: JSON.parse(settled) as Definition }, { signal }),
    enabled: editable,
    placeholderData: keepPreviousData,
  });
  const editions = useQuery({
    queryKey: ['records', 'sales-processes', 'editions', process.id],
    queryFn: ({ signal }) => get<Editions>(`/sales-processes/${process.id}/editions`, { signal }),
    enabled: editable && process.id !== '',
  });
  const changed = typed !== JSON.stringify(tidy(process.definition));
  const running = (check.data?.stages ?? []).reduce((sum, { deals }) => sum + deals, 0);
  const behind = (editions.data?.editions ?? []).some(({ edition, running: deals }) => edition !== process.edition && deals > 0);
  const stage = definition.stages[at];
  const set = (part: Partial<Process>) => setValues({ ...values, ...part });
  const setDefinition = (part: Partial<Definition>) => set({ definition: { ...definition, ...part } });
  const setStages = (stages: Definition['stages']) => setDefinition({ stages });

  async function save() {
    setBusy(true);
    const body = {
      name: values.name,
      productLine: values.productLine ?? null,
      customerLevel: values.customerLevel ?? null,
      isDefault: values.isDefault,
      active: values.active,
      definition: tidy(definition),
    };
    try {
      const saved = process.id
        ? await patch<Process>(`/sales-processes/${process.id}`, body)
        : await post<Process>('/sales-processes', body);
      toast({ text: t('saved', { edition: saved.edition }) });
      await client.invalidateQueries({ queryKey: keys.records('sales-processes') });
      if (!process.id) void navigate(`/sales-processes/${saved.id}`, { replace: true });
    } catch (error) {
      toast({ kind: 'error', text: sentence(error) });
    }
    setBusy(false);
  }

  return (
    <div className="process">
      <PageBar
        title={values.name || t('new')}
        aside={
          <span className="meta">
            <Link to="/sales-processes">{t('all')}</Link>
            {process.edition && editable && <> · {t('edition', { edition: process.edition, count: running })}</>}
          </span>
        }
        actions={
          editable && (
            <>
              {process.id && (running > 0 && changed || behind) && (
                <Button disabled={check.data?.ok === false} onClick={() => setPublishing(true)}>
                  {t('move')}
                </Button>
              )}
              <Button kind="primary" busy={busy} disabled={check.data?.ok === false || !values.name} onClick={() => void save()}>
                {t('save')}
              </Button>
            </>
          )
        }
      />
      <div className="process-body">
        {!editable && <WhoMay />}
        <fieldset className="process-part" disabled={!editable}>
        <section className="panel process-head" aria-label={t('head')}>
          <Labelled label={t('name')} htmlFor="process-name">
            <TextInput id="process-name" maxLength={60} value={values.name} onChange={(event) => set({ name: event.target.value })} />
          </Labelled>
          <Labelled label={t('line')} htmlFor="process-line" help={t('lineHelp')}>
            <TextInput id="process-line" maxLength={60} value={values.productLine ?? ''} onChange={(event) => set({ productLine: event.target.value })} />
          </Labelled>
          <Labelled label={t('level')} htmlFor="process-level">
            <Select id="process-level" label={t('level')} value={values.customerLevel ?? ''} options={[{ value: '', label: t('everyLevel') }, ...(type?.fields.find(({ name }) => name === 'customerLevel')?.choices?.map((choice) => ({ value: choice.value, label: labelOf(choice.labels, choice.value) })) ?? [])]} onChange={(value) => set({ customerLevel: value || undefined })} />
          </Labelled>
          <Checkbox label={t('default')} checked={values.isDefault} onChange={(event) => set({ isDefault: event.target.checked })} />
          <Checkbox label={t('active')} checked={values.active} onChange={(event) => set({ active: event.target.checked })} />
        </section>
        </fieldset>
        {check.data && check.data.problems.length > 0 && (
          <ul className="process-problems" role="alert">
            {check.data.problems.map((problem) => (
              <li key={problem.text} className={problem.warning ? 'process-warning' : 'labelled-error'}>
                {problem.text}
              </li>
            ))}
          </ul>
        )}
        <div className="process-columns">
          <section className="panel" aria-label={t('stages')}>
            <h2>{t('stages')}</h2>
            <ol className="process-stages">
              {definition.stages.map((item, place) => {
                const deals = check.data?.stages.find((used) => used.stage === item.key)?.deals ?? 0;
                return (
                  <li key={item.key} data-current={place === at || undefined} data-wrong={check.data?.problems.some((problem) => problem.stage === item.key && !problem.warning) || undefined}>
                    <button type="button" className="process-stage" aria-current={place === at} onClick={() => setAt(place)}>
                      <span className="ellipsis">{item.name || t('unnamed')}</span>
                      <span className="meta">
                        {item.probability}%{deals > 0 && ` · ${t('deals', { count: deals })}`}
                      </span>
                    </button>
                    {editable && (
                      <>
                    <IconButton size="small" icon="up" label={t('up')} disabled={place === 0} onClick={() => { setStages(shifted(definition.stages, place, -1)); setAt(Math.max(0, place - 1)); }} />
                    <IconButton size="small" icon="down" label={t('down')} disabled={place === definition.stages.length - 1} onClick={() => { setStages(shifted(definition.stages, place, 1)); setAt(Math.min(definition.stages.length - 1, place + 1)); }} />
                    <IconButton size="small" icon="close" label={t('remove')} disabled={definition.stages.length === 1} onClick={() => { setStages(replaced(definition.stages, place, null)); setAt(Math.max(0, Math.min(at, definition.stages.length - 2))); }} />
                      </>
                    )}
                  </li>
                );
              })}
            </ol>
            {check.data?.stages.filter(({ gone }) => gone).map((used) => (
              <p key={used.stage} className="process-warning">
                {t('gone', { name: used.name, count: used.deals })}
              </p>
            ))}
            {editable && <Button kind="ghost" icon="plus" onClick={() => { setStages([...definition.stages, { key: freshKey(definition, 'stage'), name: '', probability: 50, expectedDays: 14, mayGoBack: true }]); setAt(definition.stages.length); }}>
              {t('addStage')}
            </Button>}
            <fieldset className="process-part" disabled={!editable}>
            <Reasons label={t('winReasons')} value={definition.winReasons} onChange={(winReasons) => setDefinition({ winReasons })} />
            <Reasons label={t('lossReasons')} value={definition.lossReasons} onChange={(lossReasons) => setDefinition({ lossReasons })} />
            </fieldset>
          </section>
          {stage && (
            <fieldset className="process-part" disabled={!editable}>
            <StageForm key={stage.key} stage={stage} definition={definition} place={at} problems={check.data?.problems ?? []} onChange={(part) => setStages(replaced(definition.stages, at, part))} />
            </fieldset>
          )}
        </div>
        {editions.data && <Moves process={process.id} editions={editions.data} />}
      </div>
      {publishing && (
        <PublishDialog process={process.id} definition={changed ? tidy(definition) : undefined} stages={definition.stages} onClose={() => setPublishing(false)} />
      )}
    </div>
  );
}

function Reasons({ label, value, onChange }: { label: string; value?: string[]; onChange: (value: string[]) => void }) {
  const { t } = useTranslation('processes');
  const [text, setText] = useState((value ?? []).join('\n'));
  return (
    <label className="process-reasons">
      {label}
      <textarea
        className="text-input"
        rows={4}
        value={text}
        placeholder={t('reasonHelp')}
        onChange={(event) => {
          setText(event.target.value);
          onChange(event.target.value.split('\n').map((line) => line.trim()).filter(Boolean));
        }}
      />
    </label>
  );
}
