import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../../api/client';
import { sentence } from '../../api/problem';
import { dropRecord, keys } from '../../api/queries';
import type { BulkResult, RecordType } from '../../api/types';
import { Dialog } from '../../look/Dialog';
import { formatDecimal } from '../../look/format';
import { Button } from '../../look/parts';
import { toast } from '../../look/toast';
import type { Target } from './BulkBar';
import { Preview } from './BulkEdit';

interface BulkDeleteProps {
  description: RecordType;
  target: Target;
  count: number;
  onClose: () => void;
  onDone: () => void;
}

/** Above this many the way back leads through the recycle bin. */
const mostRestored = 200;

/** Moves the chosen rows to the recycle bin after a dry run; a few can be brought back from the toast. */
export function BulkDelete({ description, target, count, onClose, onDone }: BulkDeleteProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const type = description.type;

  const preview = useQuery({
    queryKey: ['bulk-delete', type, target],
    queryFn: () => post<BulkResult>(`/${type}:delete`, { ...target, dryRun: true }),
    gcTime: 0,
    staleTime: 0,
    retry: false,
  });

  const run = async () => {
    setBusy(true);
    setError(null);
    try {
      const result = await post<BulkResult>(`/${type}:delete`, { ...target, dryRun: false });
      const skipped = new Set(result.skipped.map(({ id }) => id));
      const gone = 'ids' in target ? target.ids.filter((id) => !skipped.has(id)) : [];
      for (const id of gone) dropRecord(client, type, id);
      void client.invalidateQueries({ queryKey: keys.lists(type) });
      toast({
        text: t('bulk.deleted', { number: formatDecimal(result.changed) }),
        undo: gone.length > 0 && gone.length <= mostRestored ? () => void restore(gone) : undefined,
      });
      onDone();
    } catch (failure) {
      setError(sentence(failure));
      setBusy(false);
    }
  };

  const restore = async (ids: readonly string[]) => {
    try {
      for (const id of ids) await post(`/${type}/${id}/restore`);
      toast({ text: t('undone') });
    } catch (failure) {
      toast({ kind: 'error', text: sentence(failure) });
    }
    void client.invalidateQueries({ queryKey: keys.lists(type) });
  };

  const changed = preview.data?.changed;
  return (
    <Dialog
      title={t('bulk.deleteTitle', { count, number: formatDecimal(count) })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="danger" busy={busy} disabled={!changed} onClick={() => void run()}>
            {t('bulk.applyDelete', { number: formatDecimal(changed ?? count) })}
          </Button>
        </>
      }
    >
      <p>{t('bulk.deleteHelp')}</p>
      <Preview
        busy={preview.isFetching}
        ready
        result={preview.data ?? null}
        error={error ?? (preview.error ? sentence(preview.error) : null)}
        line="bulk.previewDelete"
      />
    </Dialog>
  );
}
