import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get, post } from '../api/client';
import { sentence } from '../api/problem';
import { keys } from '../api/queries';
import { Dialog } from '../look/Dialog';
import { formatDecimal, formatInstant, formatList } from '../look/format';
import { Button, Chip, Empty, Failure, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import '../admin/admin.css';
import { type Belonging, duplicateKeys, type Merge, type Undone } from './duplicates';

interface MergePage {
  items: Merge[];
  next: string | null;
}

/** The merges there were, newest first, each with its way back. */
export function Merges({ type, record }: { type: string; record?: string }) {
  const { t } = useTranslation('trust');
  const [undoing, setUndoing] = useState<Merge | null>(null);
  const merges = useInfiniteQuery({
    queryKey: [...duplicateKeys.merges(type), record ?? ''],
    queryFn: ({ pageParam, signal }) =>
      get<MergePage>('/merges', { signal, query: { type, record, cursor: pageParam } }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  });
  if (merges.isLoading) return <Skeleton lines={6} />;
  if (merges.isError) return <Failure message={sentence(merges.error)} onRetry={() => void merges.refetch()} />;
  const items = (merges.data?.pages ?? []).flatMap((page) => page.items);
  if (items.length === 0)
    return (
      <Empty icon="undo" title={t('merges.none')}>
        {t('merges.noneHint')}
      </Empty>
    );
  return (
    <div className="trust-alone">
      <div className="admin-table">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('merges.into')}</th>
              <th scope="col">{t('merges.by')}</th>
              <th scope="col">{t('merges.at')}</th>
              <th>
                <span className="visually-hidden">{t('undo')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((merge) => (
              <tr key={merge.id}>
                <td>
                  <Link to={`/${type}/${merge.survivor}`}>{merge.title}</Link>
                </td>
                <td>{merge.by?.name}</td>
                <td>{formatInstant(merge.at)}</td>
                <td>
                  {merge.undoneAt ? (
                    <Chip title={formatInstant(merge.undoneAt)}>
                      {t('merges.undone', { name: merge.undoneBy?.name ?? '' })}
                    </Chip>
                  ) : (
                    <Button icon="undo" onClick={() => setUndoing(merge)}>
                      {t('undo')}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {merges.hasNextPage && (
        <Button kind="ghost" busy={merges.isFetchingNextPage} onClick={() => void merges.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
      {undoing && <UndoDialog type={type} merge={undoing} onClose={() => setUndoing(null)} />}
    </div>
  );
}

/** Says before it is done what comes back, and what was changed since and stays. */
function UndoDialog({ type, merge, onClose }: { type: string; merge: Merge; onClose: () => void }) {
  const { t } = useTranslation('trust');
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const trial = useInfiniteQuery({
    queryKey: [...duplicateKeys.merges(type), 'undo', merge.id],
    queryFn: () => post<Undone>(`/merges/${merge.id}:undo`, { dryRun: true }),
    initialPageParam: '',
    getNextPageParam: () => undefined,
    gcTime: 0,
  });
  const seen = trial.data?.pages[0];
  const run = async () => {
    setBusy(true);
    try {
      await post(`/merges/${merge.id}:undo`, {});
      toast({ text: t('undone') });
      void client.invalidateQueries({ queryKey: duplicateKeys.all });
      void client.invalidateQueries({ queryKey: keys.records(type) });
      onClose();
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
      setBusy(false);
    }
  };
  const list = (what: Belonging[]) => formatList(what.map(({ label, count }) => `${label} ${formatDecimal(count)}`));
  return (
    <Dialog
      title={t('undoTitle')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" busy={busy} disabled={!seen} onClick={() => void run()} data-autofocus>
            {t('undo')}
          </Button>
        </>
      }
    >
      {trial.isLoading && <Skeleton lines={3} />}
      {trial.isError && <p role="alert">{sentence(trial.error)}</p>}
      {seen && (
        <div className="trust-undo">
          <p>{t('undoBack', { loser: seen.loserTitle, survivor: seen.survivorTitle })}</p>
          {seen.moved.length > 0 && <p>{t('undoMoves', { what: list(seen.moved) })}</p>}
          {seen.keptFields.length > 0 && (
            <p>{t('undoKeepsFields', { what: formatList(seen.keptFields.map(({ label }) => label)) })}</p>
          )}
          {seen.keptRecords.length > 0 && <p>{t('undoKeepsRecords', { what: list(seen.keptRecords) })}</p>}
          <p className="meta">{t('undoRule')}</p>
        </div>
      )}
    </Dialog>
  );
}
