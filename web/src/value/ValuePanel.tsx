import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get } from '../api/client';
import { useSession } from '../api/session';
import { formatDate, formatMoney, formatShort } from '../look/format';
import { Skeleton } from '../look/parts';
import './value.css';

interface Worth {
  asOf?: string;
  figures: { name: string; amount: string; currency: string; how: string }[] | null;
  late?: string;
  policy?: string;
  plane?: string;
  class?: string;
  feelings?: { name: string; score: number | null; how: string }[];
  months: { period: string; model: number; alive?: number; scores?: number[]; weights?: number }[];
  weights?: { version: number; weights: Record<string, Record<string, number>> }[];
}

const scoreNames = ['loyalty', 'profit', 'potential', 'influence'] as const;

/** The four scores as they were, and under which weights. */
function Scores({ months, weights }: { months: Worth['months']; weights: NonNullable<Worth['weights']> }) {
  const { t } = useTranslation('value');
  const words = (version?: number) =>
    Object.entries(weights.find((one) => one.version === version)?.weights ?? {})
      .map(
        ([score, factors]) =>
          `${t(`weights.${score}`)}: ${Object.entries(factors)
            .map(([factor, weight]) => `${t(`weights.factors.${factor}`)} ${weight}`)
            .join(', ')}`,
      )
      .join('\n');
  return (
    <details>
      <summary>{t('weights.of')}</summary>
      <table className="value-arithmetic">
        <thead>
          <tr>
            <td />
            {scoreNames.map((name) => (
              <th key={name} scope="col">
                {t(`weights.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {months.map((month) => (
            <tr key={month.period} title={words(month.weights)}>
              <th scope="row">
                {month.period} <span className="meta">{t('weights.under', { version: month.weights ?? 0 })}</span>
              </th>
              {month.scores?.map((score, i) => (
                <td key={scoreNames[i]}>{score}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** What this customer is worth, each figure with how it is reckoned. */
export function ValuePanel({ id }: { id: string }) {
  const { t } = useTranslation('value');
  const { may } = useSession();
  const worth = useQuery({
    queryKey: ['value', 'customer', id],
    queryFn: ({ signal }) => get<Worth>(`/customers/${id}/value`, { signal }),
    enabled: may('value.read'),
    retry: false,
  });
  if (worth.error) return null;
  if (!worth.data) return <Skeleton lines={3} />;
  const { figures, months, late, policy, plane, asOf, feelings } = worth.data;
  if (!figures) return <p className="meta">{t('panel.never')}</p>;
  const trend = months.toReversed();
  const most = Math.max(1, ...trend.map(({ model }) => model));
  return (
    <>
      {late && <p className="value-late">{late}</p>}
      {(plane || policy || worth.data.class) && (
        <p className="meta">
          {[worth.data.class && t('panel.class', { name: worth.data.class }), plane, policy]
            .filter(Boolean)
            .join(' · ')}
        </p>
      )}
      <dl className="value-figures">
        {figures.map((figure) => (
          <div key={figure.name}>
            <dt>{t(`totals.${figure.name}`, { months: 12 }).replace(/[（(].*$/, '')}</dt>
            <dd>{formatMoney(figure)}</dd>
            <dd className="meta">{figure.how}</dd>
          </div>
        ))}
      </dl>
      {feelings && (
        <dl className="value-figures">
          {feelings.map(({ name, score, how }) => (
            <div key={name}>
              <dt>{t(`feelings.${name}`)}</dt>
              <dd>{score ?? '—'}</dd>
              <dd className="meta">{how}</dd>
            </div>
          ))}
        </dl>
      )}
      {trend.length > 1 && (
        <div className="value-trend" role="img" aria-label={t('panel.trend')}>
          {trend.map(({ period, model }) => (
            <i
              key={period}
              style={{ height: `${Math.max(4, (Math.max(0, model) / most) * 100)}%` }}
              title={`${period}: ${formatShort(model)}`}
            />
          ))}
        </div>
      )}
      {months.some(({ scores }) => scores) && <Scores months={months} weights={worth.data.weights ?? []} />}
      <p className="meta">
        {asOf && t('panel.asOf', { day: formatDate(asOf) })} ·{' '}
        <Link to={`/orders?${new URLSearchParams({ view: 'all', filter: `customer = ${id}` }).toString()}`}>
          {t('panel.orders')}
        </Link>
      </p>
    </>
  );
}
