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

/** How likely the deal is to be won, or the lead to become a customer, and why. */
export function ScorePanel({ id, version, type = 'deals' }: { id: string; version: number; type?: 'deals' | 'leads' }) {
  const { t } = useTranslation('sales');
  const { data } = useQuery({
    queryKey: [...keys.record(type, id), 'score', version],
    queryFn: ({ signal }) => get<Score>(`/${type}/${id}/score`, { signal }),
    retry: false,
  });
  if (data?.probability === undefined) return null;
  return (
    <section className="panel" aria-label={t(type === 'leads' ? 'deal.leadScore' : 'deal.score')}>
      <h3>
        {t(type === 'leads' ? 'deal.leadScore' : 'deal.score')} {data.grade} · {Math.round(data.probability * 100)} %
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
