import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { get } from '../api/client';
import { sentence } from '../api/problem';
import { formatDate, formatInstant } from '../look/format';
import { Chip, Empty, Skeleton } from '../look/parts';
import './money.css';

interface Shared {
  company: string;
  number: string;
  status: string;
  orderedOn: string;
  promisedOn: string | null;
  until: string;
  lines: {
    description: string;
    quantity: number;
    shipped: number;
    delivered: number;
    fulfilment: string;
    promisedOn: string | null;
  }[];
  deliveries: {
    number: string;
    status: string;
    shippedOn: string | null;
    deliveredOn: string | null;
    carrier: string | null;
    trackingNumber: string | null;
  }[];
}

/** How an order stands, for the customer who has the link; nothing leads further. */
export default function SharedOrder() {
  const { t } = useTranslation('money');
  const { secret = '' } = useParams();
  useEffect(() => {
    const robots = document.head.appendChild(document.createElement('meta'));
    robots.name = 'robots';
    robots.content = 'noindex,nofollow';
    return () => robots.remove();
  }, []);
  const order = useQuery({
    queryKey: ['shared', secret],
    queryFn: ({ signal }) => get<Shared>(`/shared/orders/${encodeURIComponent(secret)}`, { signal, quiet401: true }),
    retry: false,
  });
  if (order.error)
    return (
      <Empty icon="clock" title={sentence(order.error)}>
        {t('shared.gone')}
      </Empty>
    );
  if (!order.data) return <Skeleton lines={8} />;
  const { company, number, status, orderedOn, promisedOn, until, lines, deliveries } = order.data;
  return (
    <main className="shared-order">
      <p className="meta">{company}</p>
      <h1>{t('shared.title', { number })}</h1>
      <p>
        <Chip color={status === 'completed' ? 'green' : status === 'cancelled' ? 'red' : 'blue'}>
          {t(`shared.status.${status}`)}
        </Chip>{' '}
        {t('shared.ordered', { day: formatDate(orderedOn) })}
        {promisedOn && ` · ${t('shared.promised', { day: formatDate(promisedOn) })}`}
      </p>
      <div className="money-scroll">
        <table className="money-table">
          <thead>
            <tr>
              <th>{t('order.goods')}</th>
              <th className="number">{t('order.quantity')}</th>
              <th className="number">{t('order.sent')}</th>
              <th className="number">{t('order.arrived')}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line, at) => (
              <tr key={at}>
                <td>{line.description}</td>
                <td className="number">{line.quantity}</td>
                <td className="number">{line.shipped}</td>
                <td className="number">{line.delivered}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {deliveries.map((delivery) => (
        <p key={delivery.number}>
          {delivery.number} · {t(`shared.delivery.${delivery.status}`)}{' '}
          {formatDate(delivery.deliveredOn ?? delivery.shippedOn)}{' '}
          <span className="meta">{[delivery.carrier, delivery.trackingNumber].filter(Boolean).join(' ')}</span>
        </p>
      ))}
      <p className="meta">{t('shared.until', { until: formatInstant(until) })}</p>
    </main>
  );
}
