import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get } from '../api/client';
import { sentence } from '../api/problem';
import { keys } from '../api/queries';
import type { AnyRecord, Money } from '../api/types';
import { formatDate, formatMoney } from '../look/format';
import { Failure, Skeleton } from '../look/parts';
import { Card } from './Card';
import { percent } from './value';

/** Whom to call first: what would go with the customer, and how late it is against its own rhythm. */
export function AtRisk() {
  const { t } = useTranslation('value');
  const list = useQuery({
    queryKey: [...keys.records('customers'), 'value-at-risk'],
    queryFn: ({ signal }) =>
      get<{ items: AnyRecord[] }>('/customers', {
        signal,
        query: {
          filter: 'value.atRisk > 0',
          sort: '-value.atRisk',
          limit: 10,
          fields: 'name,owner,value.atRisk,value.alive,value.late,value.lastOrderOn',
        },
      }),
  });
  return (
    <Card title={t('risk.title')} what={t('risk.what')} action={<Link to="/value?show=risk">{t('risk.work')}</Link>}>
      {list.error && <Failure message={sentence(list.error)} onRetry={() => void list.refetch()} />}
      {!list.data && !list.error && <Skeleton lines={6} />}
      {list.data?.items.length === 0 && <p className="meta">{t('risk.none')}</p>}
      <ul className="value-risk">
        {list.data?.items.map((customer) => (
          <li key={customer.id}>
            <Link to={`/customers/${customer.id}`} className="ellipsis">
              {String(customer.name)}
            </Link>
            <strong>{formatMoney(customer['value.atRisk'] as Money)}</strong>
            <span className="meta">
              {t('risk.alive')} {percent(Number(customer['value.alive'] ?? 0))} · {t('risk.last')}{' '}
              {formatDate(String(customer['value.lastOrderOn'] ?? ''))}
              {typeof customer['value.late'] === 'number' &&
                ` · ${t('risk.late')} ${customer['value.late'].toFixed(1)}`}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
