import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { newKey, post } from '../api/client';
import { sentence } from '../api/problem';
import { keys } from '../api/queries';
import { formatList } from '../look/format';
import { Dialog } from '../look/Dialog';
import { Select } from '../look/Select';
import { Button, Failure, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import type { Definition, Landings, Stage } from './process';

interface PublishDialogProps {
  process: string;
  definition?: Definition;
  stages: Stage[];
  onClose: () => void;
}

/** Which running deals go over to the new edition, where each lands and what it would then lack; done as one act that can be taken back. */
export function PublishDialog({ process, definition, stages, onClose }: PublishDialogProps) {
  const { t } = useTranslation('processes');
  const client = useQueryClient();
  const [map, setMap] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const preview = useQuery({
    queryKey: ['records', 'sales-processes', 'preview', process, definition, map],
    queryFn: ({ signal }) => post<Landings>(`/sales-processes/${process}:preview`, { definition, map }, { signal }),
    placeholderData: keepPreviousData,
  });
  const homeless = preview.data?.groups.some(({ to }) => to === null) ?? true;

  async function publish() {
    setBusy(true);
    try {
      const done = await post<{ edition: number; deals: number }>(
        `/sales-processes/${process}:publish`,
        { definition, map },
        { idempotencyKey: newKey() },
      );
      toast({ text: t('moved', { count: done.deals, edition: done.edition }) });
      onClose();
      void client.invalidateQueries({ queryKey: keys.records('deals') });
      await client.invalidateQueries({ queryKey: keys.records('sales-processes') });
    } catch (error) {
      toast({ kind: 'error', text: sentence(error) });
      setBusy(false);
    }
  }

  return (
    <Dialog
      title={t('moveTitle')}
      width={760}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" busy={busy} disabled={homeless || preview.data?.deals === 0} onClick={() => void publish()}>
            {t('publish', { count: preview.data?.deals ?? 0 })}
          </Button>
        </>
      }
    >
      {preview.isError && <Failure message={sentence(preview.error)} onRetry={() => void preview.refetch()} />}
      {preview.isLoading && <Skeleton lines={4} />}
      {preview.data && (
        <>
          <p>{t('moveSummary', { count: preview.data.deals, unmet: preview.data.unmet, edition: preview.data.edition })}</p>
          {preview.data.others > 0 && <p className="process-warning">{t('others', { count: preview.data.others })}</p>}
          <ul className="process-landings">
            {preview.data.groups.map((group) => (
              <li key={group.from} data-wrong={group.to === null || undefined}>
                <span>{t('landing', { name: group.name, count: group.deals })}</span>
                <span aria-hidden="true">→</span>
                <Select label={t('landsIn', { name: group.name })} value={group.to ?? ''} options={[...(group.to === null ? [{ value: '', label: t('choose') }] : []), ...stages.map((stage) => ({ value: stage.key, label: stage.name }))]} onChange={(value) => setMap({ ...map, [group.from]: value })} />
              </li>
            ))}
          </ul>
          <table className="process-table">
            <thead>
              <tr>
                <th>{t('deal')}</th>
                <th>{t('fromTo')}</th>
                <th>{t('unmet')}</th>
              </tr>
            </thead>
            <tbody>
              {preview.data.items.map((item) => (
                <tr key={item.id}>
                  <td>
                    <Link to={`/deals/${item.id}`}>{item.name}</Link>
                  </td>
                  <td>
                    {item.from} → {item.to ?? '?'}
                  </td>
                  <td>{formatList(item.unmet) || t('nothing')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </Dialog>
  );
}
