import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get } from '../api/client';
import { sentence } from '../api/problem';
import { useSession } from '../api/session';
import { formatDate, formatMoney } from '../look/format';
import { Button, Empty, Failure, Segmented, Skeleton, TextInput } from '../look/parts';
import { PageBar } from '../shell/PageBar';
import { type Aging, drill } from './money';
import { ReceiveDialog } from './ReceiveDialog';
import './money.css';

/** What is owed, by whom and for how long; each figure leads to what it is made of. */
export default function ReceivablesPage() {
  const { t } = useTranslation('money');
  const { may } = useSession();
  const [group, setGroup] = useState<'customer' | 'owner' | 'team'>('customer');
  const [basis, setBasis] = useState<'invoices' | 'plans'>('invoices');
  const [asOf, setAsOf] = useState('');
  const [paying, setPaying] = useState<{ id: string; name: string } | null>(null);
  const aging = useQuery({
    queryKey: ['money', 'aging', group, basis, asOf],
    queryFn: ({ signal }) => get<Aging>('/receivables/aging', { signal, query: { group, basis, asOf: asOf || null } }),
    placeholderData: (before) => before,
    retry: false,
  });
  if (aging.error) return <Failure message={sentence(aging.error)} onRetry={() => void aging.refetch()} />;
  if (!aging.data) return <Skeleton lines={12} />;
  const { buckets, currency, total, rows, credit, count } = aging.data;
  const bounds = [0, ...buckets];
  const names = [
    t('aging.notDue'),
    ...buckets.map((limit, at) => t('aging.between', { from: bounds[at]! + 1, to: limit })),
    t('aging.above', { days: buckets.at(-1) }),
  ];
  const show = (amount: string) => formatMoney({ amount, currency });
  const overdue = total.amounts.slice(1).reduce((sum, amount) => sum + Number(amount), 0);
  return (
    <>
      <PageBar
        title={t('title')}
        aside={<span className="meta only-wide">{t('asOf', { day: formatDate(aging.data.asOf) })}</span>}
        actions={
          <>
            <Link className="button only-wide" to="/dunnings">
              {t('dunnings')}
            </Link>
            <Link className="button" to="/receipts">
              {t('receipts')}
            </Link>
          </>
        }
      />
      <div className="money-page">
        <dl className="money-totals">
          <div>
            <dt>{t('total')}</dt>
            <dd>{show(total.total)}</dd>
          </div>
          <div className={overdue > 0 ? 'money-late' : ''}>
            <dt>{t('overdue')}</dt>
            <dd>{show(overdue.toFixed(2))}</dd>
          </div>
          {credit !== null && (
            <div>
              <dt>{t('creditTotal')}</dt>
              <dd>{show(credit)}</dd>
            </div>
          )}
        </dl>
        <div className="money-choices">
          <Segmented
            label={t('group.label')}
            value={group}
            options={(['customer', 'owner', 'team'] as const).map((value) => ({ value, label: t(`group.${value}`) }))}
            onChange={setGroup}
          />
          <Segmented
            label={t('basis.label')}
            value={basis}
            options={(['invoices', 'plans'] as const).map((value) => ({ value, label: t(`basis.${value}`) }))}
            onChange={setBasis}
          />
          <TextInput
            type="date"
            aria-label={t('asOfDay')}
            value={asOf || aging.data.asOf}
            onChange={(event) => setAsOf(event.target.value)}
          />
        </div>
        {rows.length === 0 ? (
          <Empty icon="check" title={t('aging.none')}>
            {t('aging.noneHint')}
          </Empty>
        ) : (
          <div className="money-scroll">
            <table className="money-table">
              <thead>
                <tr>
                  <th>{t(`group.${group}`)}</th>
                  <th className="number">{t('total')}</th>
                  {names.map((name) => (
                    <th key={name} className="number">
                      {name}
                    </th>
                  ))}
                  {group === 'customer' && may('receivables.manage') && <th />}
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.id ?? '-'}>
                    <th scope="row" className="ellipsis">
                      {group === 'customer' && row.id && row.name ? (
                        <Link to={`/customers/${row.id}`}>{row.name}</Link>
                      ) : (
                        (row.name ?? t('aging.unnamed'))
                      )}
                    </th>
                    <td className="number">
                      <Link to={drill(aging.data, group, basis, row.id, null)}>{show(row.total)}</Link>
                    </td>
                    {row.amounts.map((amount, at) => (
                      <td key={names[at]} className={`number ${at > 1 && Number(amount) > 0 ? 'money-late' : ''}`}>
                        {Number(amount) > 0 && (
                          <Link to={drill(aging.data, group, basis, row.id, at)}>{show(amount)}</Link>
                        )}
                      </td>
                    ))}
                    {group === 'customer' && may('receivables.manage') && (
                      <td>
                        {row.id && row.name && (
                          <Button onClick={() => setPaying({ id: row.id!, name: row.name! })}>
                            {t('receive.open')}
                          </Button>
                        )}
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
              <tfoot>
                <tr>
                  <th scope="row">{t('sum')}</th>
                  <td className="number">{show(total.total)}</td>
                  {total.amounts.map((amount, at) => (
                    <td key={names[at]} className="number">
                      {show(amount)}
                    </td>
                  ))}
                </tr>
              </tfoot>
            </table>
          </div>
        )}
        {count > rows.length && <p className="meta">{t('aging.more', { shown: rows.length, count })}</p>}
      </div>
      {paying && <ReceiveDialog customer={paying} currency={currency} onClose={() => setPaying(null)} />}
    </>
  );
}
