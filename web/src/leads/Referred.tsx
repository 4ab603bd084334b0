import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get } from '../api/client';
import type { Money } from '../api/types';
import { formatMoney } from '../look/format';

interface Brought {
  leads: number;
  converted: number;
  partnerDeals: number;
  partnerWon: number;
  won?: Money;
}

/** Whom a customer or partner has brought; nothing when nobody. */
export function Referred({ customer }: { customer: string }) {
  const { t } = useTranslation('leads');
  const { data } = useQuery({
    queryKey: ['referrals', customer],
    queryFn: ({ signal }) => get<Brought>(`/customers/${customer}/referrals`, { signal }),
    retry: false,
  });
  if (!data || data.leads + data.partnerDeals === 0) return null;
  return (
    <section className="panel" aria-label={t('referred.title')}>
      <h2>{t('referred.title')}</h2>
      {data.leads > 0 && (
        <p>
          <Link to={`/leads?filter=${encodeURIComponent(`referredBy = "${customer}"`)}`}>
            {t('referred.leads', { count: data.leads, converted: data.converted })}
          </Link>
        </p>
      )}
      {data.partnerDeals > 0 && (
        <p>
          <Link to={`/deals?filter=${encodeURIComponent(`partner = "${customer}"`)}`}>
            {t('referred.deals', { count: data.partnerDeals, won: data.partnerWon })}
          </Link>
        </p>
      )}
      {data.won && Number(data.won.amount) > 0 && (
        <p className="meta">{t('referred.won', { amount: formatMoney(data.won) })}</p>
      )}
    </section>
  );
}
