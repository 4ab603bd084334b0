import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { post } from '../api/client';
import { sentence } from '../api/problem';
import { keys } from '../api/queries';
import { formatInstant } from '../look/format';
import { Button } from '../look/parts';
import { toast } from '../look/toast';
import type { Editions } from './process';

/** The editions with the deals that go by them, and the moves from one to the next with the way back. */
export function Moves({ process, editions }: { process: string; editions: Editions }) {
  const { t } = useTranslation('processes');
  const client = useQueryClient();
  const undo = async (move: string) => {
    try {
      const { back, stayed } = await post<{ back: number; stayed: number }>(`/sales-processes/${process}/moves/${move}:undo`, {});
      toast({ text: t('undoneCount', { count: back, stayed }) });
      void client.invalidateQueries({ queryKey: keys.records('sales-processes') });
      void client.invalidateQueries({ queryKey: keys.records('deals') });
    } catch (error) {
      toast({ kind: 'error', text: sentence(error) });
    }
  };
  return (
    <section className="panel" aria-label={t('editions')}>
      <h2>{t('editions')}</h2>
      <ul className="process-editions">
        {editions.editions.map((one) => (
          <li key={one.edition}>
            <span>{t('editionLine', { edition: one.edition, count: one.running })}</span>
            <span className="meta">{formatInstant(one.at)}</span>
          </li>
        ))}
        {editions.moves.map((move) => (
          <li key={move.id}>
            <span>{t('moveLine', { count: move.deals, edition: move.edition, by: move.by ?? '' })}</span>
            <span className="meta">{formatInstant(move.at)}</span>
            {move.undone ? <span className="meta">{t('undone')}</span> : <Button icon="undo" onClick={() => void undo(move.id)}>{t('undo')}</Button>}
          </li>
        ))}
      </ul>
    </section>
  );
}
