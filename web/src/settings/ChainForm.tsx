import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AdminPage } from '../admin/AdminPage';
import { patch, post, remove } from '../api/client';
import { Problem, sentence } from '../api/problem';
import { keys, useRecordType } from '../api/queries';
import type { AnyRecord } from '../api/types';
import { Button, Checkbox, Labelled, Segmented, TextInput } from '../look/parts';
import { Select } from '../look/Select';
import { toast } from '../look/toast';
import { FilterBuilder } from '../records/filter/FilterBuilder';
import { operatorsOf } from '../records/filter/operators';
import { ChainPreview } from './ChainPreview';
import { type Chain, type ChainKind, chainOf, freeKey } from './chains';
import { ChainStepForm } from './ChainStepForm';
import { withItem } from './useSettings';

/** Composes a chain: when it holds, who signs one after the other, and beside it whom that would be for a real record. */
export function ChainForm({ kinds, record, onClose }: { kinds: readonly ChainKind[]; record: AnyRecord | null; onClose: () => void }) {
  const { t } = useTranslation('settings');
  const client = useQueryClient();
  const [name, setName] = useState(String(record?.name ?? ''));
  const [kindName, setKind] = useState(String(record?.kind ?? kinds.find(({ kind }) => kind === 'quote')?.kind ?? kinds[0]?.kind ?? ''));
  const [condition, setCondition] = useState(String(record?.condition ?? ''));
  const [priority, setPriority] = useState(String(record?.priority ?? '100'));
  const [active, setActive] = useState(record?.active !== false);
  const [chain, setChain] = useState<Chain>(() =>
    record ? chainOf(record.definition) : { steps: [{ key: 'step-1', name: t('chains.firstStep'), who: [{ kind: 'manager', level: 1 }] }] },
  );
  const [errors, setErrors] = useState<Record<string, string[]>>({});
  const [busy, setBusy] = useState(false);
  const kind = kinds.find((candidate) => candidate.kind === kindName);
  const fields = (useRecordType(kind?.type).data?.fields ?? []).filter((field) => field.filterable && !field.retired && operatorsOf(field).length > 0);

  const run = async (work: () => Promise<unknown>, said: string) => {
    setBusy(true);
    setErrors({});
    try {
      await work();
      await client.invalidateQueries({ queryKey: keys.records('approval-definitions') });
      toast({ text: said });
      onClose();
    } catch (error) {
      if (error instanceof Problem) setErrors(error.errors);
      toast({ text: sentence(error), kind: 'error' });
    } finally {
      setBusy(false);
    }
  };
  const save = () => {
    const values = { name: name.trim(), kind: kindName, condition: condition || null, priority: Number(priority) || 100, active, definition: chain };
    return run(
      () => (record ? patch(`/approval-definitions/${record.id}`, values, { version: Number(record.version) || undefined }) : post('/approval-definitions', values)),
      t('saved'),
    );
  };

  return (
    <AdminPage
      name="chains"
      title={record ? String(record.name) : t('chains.create')}
      actions={
        <>
          {record && (
            <Button kind="danger" disabled={busy} onClick={() => void run(() => remove(`/approval-definitions/${record.id}`), t('removed'))}>
              {t('remove')}
            </Button>
          )}
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" busy={busy} disabled={!name.trim() || chain.steps.length === 0} onClick={() => void save()}>
            {t('save')}
          </Button>
        </>
      }
    >
      <div className="settings-split">
        <div className="settings-parts">
          <section className="panel admin-form">
            <div className="settings-row">
              <Labelled label={t('chains.name')} htmlFor="chain-name" error={errors.name?.join(' ')}>
                <TextInput id="chain-name" value={name} maxLength={60} autoFocus onChange={(event) => setName(event.target.value)} />
              </Labelled>
              <Labelled label={t('chains.kind')} htmlFor="chain-kind" error={errors.kind?.join(' ')}>
                <Select id="chain-kind" label={t('chains.kind')} value={kindName} options={kinds.map((item) => ({ value: item.kind, label: item.label }))} onChange={(next) => (setKind(next), setCondition(''))} />
              </Labelled>
              <Labelled label={t('chains.priority')} htmlFor="chain-priority" help={t('chains.priorityHelp')} error={errors.priority?.join(' ')}>
                <TextInput id="chain-priority" type="number" min={1} value={priority} onChange={(event) => setPriority(event.target.value)} />
              </Labelled>
            </div>
            <Checkbox label={t('chains.active')} checked={active} onChange={(event) => setActive(event.target.checked)} />
          </section>
          <section className="panel admin-form">
            <h2>{t('chains.condition')}</h2>
            <Segmented
              label={t('chains.condition')}
              value={condition ? 'some' : 'all'}
              options={[
                { value: 'all', label: t('chains.always') },
                { value: 'some', label: t('chains.some') },
              ]}
              onChange={(next) => setCondition(next === 'all' ? '' : (condition || ' '))}
            />
            {condition && fields.length > 0 && <FilterBuilder key={kindName} fields={fields} filter={condition.trim()} onChange={(next) => setCondition(next || ' ')} />}
            {errors.condition && <p className="labelled-error">{errors.condition.join(' ')}</p>}
          </section>
          {chain.steps.map((step, at) => (
            <ChainStepForm
              key={step.key}
              step={step}
              number={at + 1}
              fields={fields}
              onChange={(part) => setChain({ ...chain, steps: withItem(chain.steps, at, part) })}
              onMove={at > 0 ? () => setChain({ ...chain, steps: [...chain.steps.slice(0, at - 1), step, chain.steps[at - 1]!, ...chain.steps.slice(at + 1)] }) : undefined}
            />
          ))}
          {errors.definition && <p className="labelled-error">{errors.definition.join(' ')}</p>}
          <div>
            <Button icon="plus" onClick={() => setChain({ ...chain, steps: [...chain.steps, { key: freeKey(chain.steps), name: t('chains.nextStep'), who: [{ kind: 'manager', level: 2 }] }] })}>
              {t('chains.addStep')}
            </Button>
          </div>
          <section className="panel admin-form">
            <Checkbox label={t('chains.pass')} checked={chain.nobody === 'pass'} onChange={(event) => setChain({ ...chain, nobody: event.target.checked ? 'pass' : 'administrator' })} />
            <Checkbox label={t('chains.eachTime')} checked={chain.eachTime === true} onChange={(event) => setChain({ ...chain, eachTime: event.target.checked })} />
            <Checkbox label={t('chains.mayWithdraw')} checked={chain.mayWithdraw !== false} onChange={(event) => setChain({ ...chain, mayWithdraw: event.target.checked })} />
          </section>
        </div>
        {kind && <ChainPreview kind={kind} condition={condition.trim()} chain={chain} />}
      </div>
    </AdminPage>
  );
}
