import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get } from '../api/client';
import { useSession } from '../api/session';
import type { Reference } from '../api/types';
import { formatMoney } from '../look/format';
import { Button } from '../look/parts';
import { openForm } from '../shell/forms';
import { ReceiveDialog } from './ReceiveDialog';
import './money.css';

interface Standing {
  currency: string;
  limit?: string | null;
  used?: string;
  advance?: string;
  overdue?: string;
  overdueDays?: number;
  score?: number;
  rule?: string | null;
  stopped: boolean;
}

/** How a customer stands with his credit; nothing where there is nothing to say. */
export function CreditPanel({ customer }: { customer: Reference }) {
  const { t } = useTranslation('money');
  const { may } = useSession();
  const [paying, setPaying] = useState(false);
  const standing = useQuery({
    queryKey: ['money', 'credit', customer.id],
    queryFn: ({ signal }) => get<Standing>(`/customers/${customer.id}/credit`, { signal }),
    retry: false,
  });
  if (!standing.data) return null;
  const { currency, limit, used, overdue, overdueDays, advance, score, stopped, rule } = standing.data;
  const show = (amount: string) => formatMoney({ amount, currency });
  const above = limit != null && used != null && Number(used) > Number(limit);
  return (
    <section className="panel" aria-label={t('credit.title')}>
      <h2>{t('credit.title')}</h2>
      {stopped && <p className="money-bad">{t('credit.stopped')}</p>}
      {used != null && (
        <p className={above ? 'money-bad' : ''}>
          {limit != null
            ? t('credit.line', { limit: show(limit), used: show(used) })
            : t('credit.noLimit', { used: show(used) })}
          {(overdueDays ?? 0) > 0 && (
            <span className="money-bad">
              {' '}
              {t('credit.overdue', { amount: show(overdue ?? '0'), days: overdueDays })}
            </span>
          )}
        </p>
      )}
      {limit != null && used != null && Number(limit) > 0 && (
        <i className={`money-bar ${above ? 'money-over' : ''}`} role="img" aria-label={t('credit.share')}>
          <b style={{ width: `${Math.min(100, (Number(used) / Number(limit)) * 100)}%` }} />
        </i>
      )}
      <p className="meta">
        {[
          Number(advance ?? 0) > 0 && t('credit.advance', { amount: show(advance!) }),
          score !== undefined && t('credit.score', { score }),
          rule,
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      <p className="stage-actions">
        <Link
          to={`/invoices?${new URLSearchParams({ view: 'all', filter: `customer = "${customer.id}"` }).toString()}`}
        >
          {t('credit.invoices')}
        </Link>
        <button
          type="button"
          className="link"
          onClick={() => openForm({ type: 'credit-overrides', initial: { customer } })}
        >
          {t('credit.ask')}
        </button>
        {may('receivables.manage') && <Button onClick={() => setPaying(true)}>{t('receive.open')}</Button>}
      </p>
      {paying && <ReceiveDialog customer={customer} currency={currency} onClose={() => setPaying(false)} />}
    </section>
  );
}
