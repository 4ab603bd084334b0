import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post } from '../../api/client';
import { sentence } from '../../api/problem';
import { keys, putRecord } from '../../api/queries';
import type { AnyRecord, RecordType } from '../../api/types';
import { labelOf } from '../../language';
import { Select } from '../../look/Select';
import { formatInstant } from '../../look/format';
import { Button, Empty, Failure, Skeleton } from '../../look/parts';
import { toast } from '../../look/toast';
import { isEditable } from '../fields/FieldInput';
import { actionText, ChangeText, spoken } from '../timeline/TimelineEntry';
import type { FieldChange, HistoryItem } from '../timeline/timeline';
import './history.css';

/** Every change of a record: who, when, from where, old → new; an old value can be put back. */
export function History({ recordType, id, canRestore }: { recordType: RecordType; id: string; canRestore: boolean }) {
  const { t } = useTranslation('record');
  const client = useQueryClient();
  const [busy, setBusy] = useState<string | null>(null);
  const [only, setOnly] = useState('');
  const history = useInfiniteQuery({
    queryKey: keys.history(recordType.type, id),
    queryFn: ({ pageParam, signal }) =>
      get<{ items: HistoryItem[]; next: string | null }>(`/${recordType.type}/${id}/history`, {
        signal,
        query: { cursor: pageParam },
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const items = (history.data?.pages ?? [])
    .flatMap((page) => page.items)
    .map((item) => ({ ...item, changes: spoken(item.changes, recordType) }));
  const changed = new Set(items.flatMap((item) => item.changes.map(({ field }) => field)));
  const shown = only ? items.filter((item) => item.changes.some(({ field }) => field === only)) : items;

  const restore = async (item: HistoryItem, change: FieldChange) => {
    setBusy(`${item.seq}.${change.field}`);
    try {
      const record = await post<AnyRecord>(`/${recordType.type}/${id}/history/${item.seq}:restore`, {
        fields: [change.field],
      });
      if (record?.id) putRecord(client, recordType.type, record);
      void client.invalidateQueries({ queryKey: keys.record(recordType.type, id) });
      toast({
        text: t('history.restored', { field: labelOf(fieldOf(recordType, change.field)?.labels, change.field) }),
      });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    } finally {
      setBusy(null);
    }
  };

  if (history.isLoading) return <Skeleton lines={6} />;
  if (history.isError) return <Failure message={sentence(history.error)} onRetry={() => void history.refetch()} />;
  return (
    <section className="history" aria-label={t('history.title')}>
      <Select
        className="history-field"
        label={t('history.onlyField')}
        value={only}
        options={[
          { value: '', label: t('history.allFields') },
          ...recordType.fields
            .filter(({ name }) => changed.has(name))
            .map((field) => ({ value: field.name, label: labelOf(field.labels, field.name) })),
        ]}
        onChange={(value) => setOnly(value)}
      />
      {shown.length === 0 && <Empty icon="clock" title={t('history.empty')} />}
      <ol>
        {shown.map((item) => (
          <li key={item.seq} className="history-item">
            <p className="meta">
              {t('history.line', {
                who: item.actor?.name ?? t('history.system'),
                action: actionText(t, item.action),
                when: formatInstant(item.at, true),
                surface: surfaceText(t, item.surface),
              })}
            </p>
            {item.changes
              .filter(({ field }) => !only || field === only)
              .map((change) => {
                const field = fieldOf(recordType, change.field);
                return (
                  <div key={change.field} className="history-change">
                    <ChangeText change={change} recordType={recordType} isNew={item.action === 'create'} />
                    {canRestore && field && isEditable(field) && item.action !== 'create' && (
                      <Button
                        kind="ghost"
                        icon="undo"
                        busy={busy === `${item.seq}.${change.field}`}
                        onClick={() => void restore(item, change)}
                      >
                        {t('history.restore')}
                      </Button>
                    )}
                  </div>
                );
              })}
          </li>
        ))}
      </ol>
      {history.hasNextPage && (
        <Button busy={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
          {t('timeline.more')}
        </Button>
      )}
    </section>
  );
}

function fieldOf(recordType: RecordType, name: string) {
  return recordType.fields.find((field) => field.name === name);
}

export function surfaceText(t: unknown, surface: string): string {
  return (t as (key: string, options: Record<string, unknown>) => string)(`history.surfaces.${surface}`, {
    defaultValue: surface,
  });
}
