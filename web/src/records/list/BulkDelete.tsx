import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post } from '../../api/client';
import { sentence } from '../../api/problem';
import { dropRecord, keys } from '../../api/queries';
import type { ListPage, RecordType } from '../../api/types';
import { Dialog } from '../../look/Dialog';
import { formatDecimal } from '../../look/format';
import { Button } from '../../look/parts';
import { toast } from '../../look/toast';
import type { Target } from './BulkBar';

interface BulkDeleteProps {
  description: RecordType;
  target: Target;
  count: number;
  onClose: () => void;
  onDone: () => void;
}

/** What one batch of the server takes. */
const most = 1000;

/** Moves the chosen rows to the recycle bin, all or none, with a way back. */
export function BulkDelete({ description, target, count, onClose, onDone }: BulkDeleteProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const type = description.type;
  const tooMany = count > most;

  const run = async () => {
    setBusy(true);
    setError(null);
    try {
      const ids = 'ids' in target ? target.ids : await idsOf(type, target.filter);
      await post(`/${type}:batch`, { operations: ids.map((id) => ({ op: 'delete', id })) });
      for (const id of ids) dropRecord(client, type, id);
      void client.invalidateQueries({ queryKey: keys.lists(type) });
      toast({ text: t('bulk.deleted', { number: formatDecimal(ids.length) }), undo: () => void restore(ids) });
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

  return (
    <Dialog
      title={t('bulk.deleteTitle', { number: formatDecimal(count) })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="danger" busy={busy} disabled={tooMany} onClick={() => void run()}>
            {t('bulk.applyDelete', { number: formatDecimal(count) })}
          </Button>
        </>
      }
    >
      <p>{tooMany ? t('bulk.deleteTooMany') : t('bulk.deleteHelp')}</p>
      <p className="labelled-error" role="alert">
        {error}
      </p>
    </Dialog>
  );
}

async function idsOf(type: string, filter: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page: ListPage = await get<ListPage>(`/${type}`, { query: { filter, fields: 'id', limit: 200, cursor } });
    ids.push(...page.items.map((item) => item.id));
    cursor = page.next ?? undefined;
  } while (cursor && ids.length <= most);
  return ids;
}
