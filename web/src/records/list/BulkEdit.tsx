import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sentence } from '../../api/problem';
import { bulkEdit, keys } from '../../api/queries';
import type { BulkResult, Field, RecordType, Value } from '../../api/types';
import { labelOf } from '../../language';
import { Dialog } from '../../look/Dialog';
import { formatDecimal } from '../../look/format';
import { lazyWithAntd } from '../../look/lazyWithAntd';
import { Button, Checkbox, Labelled } from '../../look/parts';
import { Select } from '../../look/Select';
import { ReferencePicker } from '../../look/ReferencePicker';
import { toast } from '../../look/toast';
import { EditedType } from '../fields/tags';
import { isEmpty, toWire } from '../fields/values';
import type { Target } from './BulkBar';

const FieldInput = lazyWithAntd(() => import('../fields/FieldInput'));

interface BulkEditProps {
  description: RecordType;
  target: Target;
  count: number;
  /** Hands records to somebody else; nothing but the owner. */
  onlyOwner: boolean;
  onClose: () => void;
  onDone: () => void;
}

/** One value for many records: first a dry run that says how many change and why others do not. */
export function BulkEdit({ description, target, count, onlyOwner, onClose, onDone }: BulkEditProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const editable = useMemo(
    () =>
      description.fields.filter(
        (field) =>
          field.right === 'edit' &&
          !field.readOnly &&
          !field.computed &&
          !field.system &&
          field.name !== description.titleField,
      ),
    [description],
  );
  const [field, setField] = useState<Field | undefined>(() =>
    onlyOwner ? description.fields.find((one) => one.name === 'owner') : editable[0],
  );
  const [value, setValue] = useState<Value>(null);
  const [clear, setClear] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const wire = field && !clear ? toWire(field.kind, value) : null;
  const ready = Boolean(field) && (clear || !isEmpty(value));
  const values = useMemo(() => (field ? { [field.name]: wire } : {}), [field, wire]);

  const preview = useQuery({
    queryKey: ['bulk', description.type, target, values],
    queryFn: () => bulkEdit(description.type, { ...target, values, dryRun: true }),
    enabled: ready,
    gcTime: 0,
    staleTime: 0,
    retry: false,
  });

  const apply = async () => {
    setBusy(true);
    setError(null);
    try {
      const result = await bulkEdit(description.type, { ...target, values, dryRun: false });
      await client.invalidateQueries({ queryKey: keys.records(description.type) });
      toast({ text: t('bulk.done', { number: formatDecimal(result.changed) }) });
      onDone();
    } catch (failure) {
      setError(sentence(failure));
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={`${t(onlyOwner ? 'bulk.assign' : 'bulk.edit')} · ${t('list.count_exact', { number: formatDecimal(count) })}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            kind="primary"
            busy={busy}
            disabled={!ready || !preview.data || preview.data.changed === 0}
            onClick={() => void apply()}
          >
            {t('bulk.apply', { number: formatDecimal(preview.data?.changed ?? count) })}
          </Button>
        </>
      }
    >
      <div className="bulk-form">
        {!onlyOwner && (
          <Labelled label={t('bulk.field')} htmlFor="bulk-field">
            <Select
              id="bulk-field"
              label={t('bulk.field')}
              value={field?.name ?? ''}
              options={editable.map((one) => ({ value: one.name, label: labelOf(one.labels, one.name) }))}
              onChange={(name) => {
                setField(editable.find((one) => one.name === name));
                setValue(null);
                setClear(false);
              }}
            />
          </Labelled>
        )}
        {field && field.kind === 'reference' ? (
          <Labelled label={onlyOwner ? t('bulk.owner') : t('bulk.value')} htmlFor="bulk-value">
            <ReferencePicker
              type={field.reference ?? ''}
              label={onlyOwner ? t('bulk.owner') : t('bulk.value')}
              autoFocus
              single
              selected={typeof value === 'object' && value !== null && 'id' in value ? [String(value.id)] : []}
              onToggle={(id, name) => setValue({ id, name })}
            />
          </Labelled>
        ) : (
          field &&
          !clear && (
            <Labelled label={t('bulk.value')} htmlFor="bulk-value">
              <Suspense fallback={<div className="bulk-waiting" />}>
                <EditedType value={description.type}>
                  <FieldInput key={field.name} id="bulk-value" field={field} value={value} onChange={setValue} />
                </EditedType>
              </Suspense>
            </Labelled>
          )
        )}
        {field && !field.required && !onlyOwner && (
          <Checkbox label={t('bulk.emptyValue')} checked={clear} onChange={(event) => setClear(event.target.checked)} />
        )}
        <Preview
          busy={preview.isFetching}
          ready={ready}
          result={preview.data ?? null}
          error={error ?? (preview.error ? sentence(preview.error) : null)}
          line="bulk.preview"
        />
      </div>
    </Dialog>
  );
}

interface PreviewProps {
  busy: boolean;
  ready: boolean;
  result: BulkResult | null;
  error: string | null;
  line: string;
}

export function Preview({ busy, ready, result, error, line }: PreviewProps) {
  const { t } = useTranslation();
  const reasons = new Map<string, number>();
  for (const { reason } of result?.skipped ?? []) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  return (
    <div className="bulk-preview" role="status" aria-live="polite">
      {error ? (
        <p className="labelled-error">{error}</p>
      ) : !ready ? null : busy || !result ? (
        <p className="meta">{t('bulk.checking')}</p>
      ) : (
        <>
          <p>{result.changed > 0 ? t(line, { number: formatDecimal(result.changed) }) : t('bulk.nothing')}</p>
          {reasons.size > 0 && (
            <>
              <p className="meta">{t('bulk.skipped', { number: formatDecimal(result.skipped.length) })}</p>
              <ul className="meta">
                {[...reasons].map(([reason, times]) => (
                  <li key={reason}>{t('bulk.skippedReason', { reason, number: formatDecimal(times) })}</li>
                ))}
              </ul>
            </>
          )}
        </>
      )}
    </div>
  );
}
