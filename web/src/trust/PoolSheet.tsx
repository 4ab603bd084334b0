import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { post } from '../api/client';
import { sentence } from '../api/problem';
import { useRecordType } from '../api/queries';
import { labelOf } from '../language';
import { Dialog } from '../look/Dialog';
import { formatDate, formatDecimal, formatList } from '../look/format';
import { Button, Skeleton } from '../look/parts';
import type { Pooled, PoolSheet } from './pools';

/** One customer of the pool more closely, before it is claimed: what happened with it, and no way to reach it. */
export function PoolSheetDialog({ customer, onClose, onClaim }: { customer: Pooled; onClose: () => void; onClaim: () => void }) {
  const { t } = useTranslation('trust');
  const sheet = useQuery({
    queryKey: ['pool', 'look', customer.id],
    queryFn: ({ signal }) => post<PoolSheet>(`/pool/${customer.id}:look`, {}, { signal }),
    retry: false,
    staleTime: 60_000,
  });
  const customers = useRecordType('customers').data;
  const activities = useRecordType('activities').data;
  const deals = useRecordType('deals').data;
  const word = (type: typeof customers, name: string, value: string) =>
    labelOf(type?.fields.find((field) => field.name === name)?.choices?.find((choice) => choice.value === value)?.labels, value);
  const counted = (type: typeof customers, name: string, counts: Record<string, number>) =>
    Object.entries(counts).map(([value, count]) => `${word(type, name, value)} ${formatDecimal(count)}`).join(' · ') || t('pool.none');
  const seen = sheet.data;
  return (
    <Dialog
      title={customer.name}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" disabled={!seen} onClick={onClaim}>
            {t('pool.claim')}
          </Button>
        </>
      }
    >
      {sheet.isLoading && <Skeleton lines={4} />}
      {sheet.isError && <p role="alert">{sentence(sheet.error)}</p>}
      {seen && (
        <dl className="pool-sheet">
          <dt>{t('pool.contacts')}</dt>
          <dd>{counted(activities, 'kind', seen.activities)}</dd>
          <dt>{t('pool.deals')}</dt>
          <dd>{counted(deals, 'status', seen.deals)}</dd>
          {seen.orders !== undefined && (
            <>
              <dt>{t('pool.orders')}</dt>
              <dd>
                {formatDecimal(seen.orders)} {seen.lastOrder && t('pool.lastOrder', { day: formatDate(seen.lastOrder) })}
              </dd>
            </>
          )}
          {seen.products.length > 0 && (
            <>
              <dt>{t('pool.products')}</dt>
              <dd>{formatList(seen.products)}</dd>
            </>
          )}
          {seen.owners.length > 0 && (
            <>
              <dt>{t('pool.owners')}</dt>
              <dd>
                {seen.owners.map((item) => (
                  <div key={item.at + item.kind}>
                    {formatDate(item.at.slice(0, 10))} {item.name} <span className="meta">{[t(`pool.event.${item.kind}`), item.reason].filter(Boolean).join(' · ')}</span>
                  </div>
                ))}
              </dd>
            </>
          )}
        </dl>
      )}
    </Dialog>
  );
}
