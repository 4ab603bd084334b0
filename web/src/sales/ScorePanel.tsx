import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get } from '../api/client';
import { keys } from '../api/queries';

interface Score {
  probability?: number;
  grade?: string;
  how?: string;
  reasons?: { column: string; sentence: string }[];
}

/** How likely the deal is to be won, and why. */
export function ScorePanel({ id, version }: { id: string; version: number }) {
  const { t } = useTranslation('sales');
  const { data } = useQuery({
    queryKey: [...keys.record('deals', id), 'score', version],
    queryFn: ({ signal }) => get<Score>(`/deals/${id}/score`, { signal }),
    retry: false,
  });
  if (data?.probability === undefined) return null;
  return (
    <section className="panel" aria-label={t('deal.score')}>
      <h3>
        {t('deal.score')} {data.grade} · {Math.round(data.probability * 100)} %
      </h3>
      <ul>
        {data.reasons?.map(({ column, sentence }) => (
          <li key={column}>{sentence}</li>
        ))}
      </ul>
      <p className="meta">{data.how}</p>
    </section>
  );
}
