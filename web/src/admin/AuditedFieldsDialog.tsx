import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, put } from '../api/client';
import { sentence } from '../api/problem';
import { keys, useRecordTypes } from '../api/queries';
import type { Labels } from '../api/types';
import { labelOf } from '../language';
import { Button, Checkbox, Failure, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import { SideDrawer } from '../records/form/SideDrawer';

interface Audited {
  items: { type: string; fields: { name: string; labels: Labels; audited: boolean; fixed: boolean }[] }[];
}

/** Of which fields the reading is recorded. A change is in the ledger and told to every auditor. */
export function AuditedFieldsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('privacy');
  const client = useQueryClient();
  const types = useRecordTypes().data ?? [];
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null);
  const [busy, setBusy] = useState(false);
  const fields = useQuery({
    queryKey: ['reads', 'fields'],
    queryFn: ({ signal }) => get<Audited>('/reads/fields', { signal }),
  });
  const items = fields.data?.items ?? [];
  const ticked =
    chosen ??
    new Set(
      items.flatMap((type) =>
        type.fields.filter((field) => field.audited).map((field) => `${type.type}.${field.name}`),
      ),
    );

  const save = async () => {
    setBusy(true);
    try {
      await put(
        '/reads/fields',
        Object.fromEntries(
          items.map((type) => [
            type.type,
            type.fields
              .filter((field) => !field.fixed && ticked.has(`${type.type}.${field.name}`))
              .map((field) => field.name),
          ]),
        ),
      );
      void client.invalidateQueries({ queryKey: ['reads'] });
      void client.invalidateQueries({ queryKey: keys.recordTypes });
      toast({ text: t('reads.saved') });
      onClose();
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
      setBusy(false);
    }
  };

  return (
    <SideDrawer
      size={560}
      title={t('reads.choose')}
      onClose={onClose}
      footer={
        <div className="record-form-footer">
          <span className="meta">{t('reads.told')}</span>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" busy={busy} disabled={!fields.data} onClick={() => void save()}>
            {t('save')}
          </Button>
        </div>
      }
    >
      {fields.isLoading && <Skeleton lines={8} />}
      {fields.isError && <Failure message={sentence(fields.error)} onRetry={() => void fields.refetch()} />}
      <div className="admin-form">
        {items.map((type) => (
          <section key={type.type} aria-label={labelOf(types.find((one) => one.type === type.type)?.labels, type.type)}>
            <h3>{labelOf(types.find((one) => one.type === type.type)?.labels, type.type)}</h3>
            <div className="audited-fields">
              {type.fields.map((field) => (
                <Checkbox
                  key={field.name}
                  label={labelOf(field.labels, field.name)}
                  disabled={field.fixed}
                  title={field.fixed ? t('reads.fixed') : undefined}
                  checked={ticked.has(`${type.type}.${field.name}`)}
                  onChange={(event) => {
                    const next = new Set(ticked);
                    if (event.target.checked) next.add(`${type.type}.${field.name}`);
                    else next.delete(`${type.type}.${field.name}`);
                    setChosen(next);
                  }}
                />
              ))}
            </div>
          </section>
        ))}
      </div>
    </SideDrawer>
  );
}
