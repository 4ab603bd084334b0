import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get } from '../api/client';
import { sentence } from '../api/problem';
import { keys } from '../api/queries';
import type { AnyRecord, Money } from '../api/types';
import { formatDate, formatDecimal, formatMoney, formatShort } from '../look/format';
import { Button, Empty, Failure, Skeleton } from '../look/parts';
import { Select } from '../look/Select';
import { AssignDialog } from './AssignDialog';
import { Scroll } from './Card';
import { LifetimesCard } from './Lifetimes';
import { listOf, percent, regionFilter, regions } from './value';

interface AtRisk {
  customer: AnyRecord;
  reasons: { code: string; sentence: string }[];
  advice: { kind: string; sentence: string };
}

interface Side {
  customers: number;
  back: number;
  margin: number;
}

interface Action {
  id: string;
  name: string;
  by: string | null;
  startsOn: string;
  endsOn: string;
  treated: Side;
  control: Side;
  done: number;
  sentence: string;
}

interface Lost {
  customers: number;
  lost: number;
  value: number;
  fields: {
    field: string;
    label: string;
    groups: {
      value: string;
      label: string;
      customers: number;
      lost: number;
      share: number;
      times?: number;
      clear: boolean;
    }[];
  }[];
}

const retentionKey = ['value', 'retention'];
const limit = 10;

/** Who may be going: chosen, assigned in one go, and what came of it. */
export function Retention({ whole }: { whole: boolean }) {
  const { t } = useTranslation('value');
  const client = useQueryClient();
  const [region, setRegion] = useState('');
  const [shown, setShown] = useState(limit);
  const [chosen, setChosen] = useState<Set<string>>(new Set());
  const [assigning, setAssigning] = useState(false);
  const list = useQuery({
    queryKey: [...retentionKey, region, shown],
    queryFn: ({ signal }) =>
      get<{ items: AtRisk[]; count?: number }>('/retention', {
        signal,
        query: { filter: regionFilter(region), limit: shown },
      }),
  });
  const items = list.data?.items ?? [];
  const toggle = (ids: string[], on: boolean) =>
    setChosen((before) => new Set(on ? [...before, ...ids] : [...before].filter((id) => !ids.includes(id))));
  const picked = items.filter(({ customer }) => chosen.has(customer.id));
  return (
    <div className="value-page">
      <section className="value-card">
        <header className="value-tools">
          <h2>{t('retention.title')}</h2>
          <div className="value-region">
            <span className="meta">{t('retention.region')}</span>
            <Select
              label={t('retention.region')}
              value={region}
              options={[
                { value: '', label: t('retention.everywhere') },
                ...Object.keys(regions).map((name) => ({ value: name, label: t(`retention.regions.${name}`) })),
              ]}
              onChange={(value) => {
                setRegion(value);
                setChosen(new Set());
              }}
            />
          </div>
          <Button kind="primary" disabled={picked.length === 0} onClick={() => setAssigning(true)}>
            {picked.length
              ? t('retention.assign', { count: picked.length, number: picked.length })
              : t('retention.choose')}
          </Button>
        </header>
        <p className="meta">{t('retention.what')}</p>
        {list.error && <Failure message={sentence(list.error)} onRetry={() => void list.refetch()} />}
        {list.isPending && <Skeleton lines={10} />}
        {list.data && items.length === 0 && <Empty title={t('risk.none')} />}
        {items.length > 0 && (
          <label className="value-all">
            <input
              type="checkbox"
              checked={picked.length === items.length}
              onChange={(event) =>
                toggle(
                  items.map(({ customer }) => customer.id),
                  event.target.checked,
                )
              }
            />
            {t('retention.all', { number: items.length })}
          </label>
        )}
        <ol className="value-people">
          {items.map(({ customer, reasons, advice }) => (
            <li key={customer.id}>
              <input
                type="checkbox"
                aria-label={String(customer.name)}
                checked={chosen.has(customer.id)}
                onChange={(event) => toggle([customer.id], event.target.checked)}
              />
              <div>
                <p className="value-person">
                  <Link to={`/customers/${customer.id}`}>{String(customer.name)}</Link>
                  <strong title={t('totals.atRisk')}>{formatMoney(customer['value.atRisk'] as Money)}</strong>
                </p>
                <p className="meta">
                  {[customer.province, (customer.owner as { name?: string } | undefined)?.name]
                    .filter(Boolean)
                    .join(' · ')}
                  {' · '}
                  {t('risk.last')} {formatDate(String(customer['value.lastOrderOn'] ?? ''))}
                </p>
                <ul className="value-reasons">
                  {reasons.map((reason) => (
                    <li key={reason.code}>{reason.sentence}</li>
                  ))}
                </ul>
                <p className="value-advice">→ {advice.sentence}</p>
              </div>
            </li>
          ))}
        </ol>
        {items.length === shown && shown < 200 && (
          <Button onClick={() => setShown(Math.min(200, shown * 4))}>{t('retention.more')}</Button>
        )}
      </section>
      <Actions />
      <LifetimesCard />
      {whole && <LostAnalysis />}
      {assigning && (
        <AssignDialog
          customers={picked.map(({ customer }) => customer.id)}
          name={region ? t(`retention.regions.${region}`) : ''}
          onClose={() => setAssigning(false)}
          onDone={() => {
            setAssigning(false);
            setChosen(new Set());
            void client.invalidateQueries({ queryKey: retentionKey });
            void client.invalidateQueries({ queryKey: keys.records('activities') });
          }}
        />
      )}
    </div>
  );
}

/** What was done, and whether it helped. */
function Actions() {
  const { t } = useTranslation('value');
  const actions = useQuery({
    queryKey: [...retentionKey, 'actions'],
    queryFn: ({ signal }) => get<{ items: Action[] }>('/retention/actions', { signal }),
  });
  if (!actions.data?.items.length) return null;
  const side = ({ customers, back }: Side) =>
    customers ? `${back} / ${customers} · ${percent(back / customers)}` : '–';
  return (
    <section className="value-card">
      <h2>{t('retention.actions')}</h2>
      <p className="meta">{t('retention.actionsWhat')}</p>
      <Scroll label={t('retention.actions')}>
        <table className="value-table">
          <thead>
            <tr>
              {['name', 'period', 'done', 'treated', 'control', 'verdict'].map((column) => (
                <th key={column}>{t(`retention.columns.${column}`)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {actions.data.items.map((action) => (
              <tr key={action.id}>
                <td>
                  {action.name}
                  <span className="meta"> {action.by}</span>
                </td>
                <td>
                  {formatDate(action.startsOn)} – {formatDate(action.endsOn)}
                </td>
                <td>
                  {action.done} / {action.treated.customers}
                </td>
                <td>{side(action.treated)}</td>
                <td>{side(action.control)}</td>
                <td>{action.sentence}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

/** Where customers are lost more often than elsewhere. */
function LostAnalysis() {
  const { t } = useTranslation('value');
  const lost = useQuery({
    queryKey: [...retentionKey, 'lost'],
    queryFn: ({ signal }) => get<Lost>('/retention/lost', { signal }),
  });
  if (!lost.data || lost.data.lost === 0) return null;
  const { customers, fields } = lost.data;
  return (
    <section className="value-card">
      <h2>{t('retention.lost')}</h2>
      <p className="meta">
        {t('retention.lostWhat', {
          number: formatDecimal(lost.data.lost),
          share: percent(lost.data.lost / customers),
          amount: formatShort(Math.round(lost.data.value)),
        })}
      </p>
      <div className="value-lost">
        {fields.map(({ field, label, groups }) => (
          <div key={field}>
            <h3>{label}</h3>
            <table className="value-arithmetic">
              <tbody>
                {groups.map((group) => (
                  <tr key={group.value} className={group.clear ? 'value-clear' : undefined}>
                    <th scope="row">
                      <Link
                        to={listOf(
                          `value.alive < 0.5 AND ${field} = ${field === 'owner' ? group.value : JSON.stringify(group.value)}`,
                          '-value.atRisk',
                        )}
                      >
                        {group.label}
                      </Link>
                    </th>
                    <td>
                      {group.lost} / {group.customers}
                    </td>
                    <td>{percent(group.share)}</td>
                    <td>{group.times !== undefined && `${group.times.toFixed(1)} ×`}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        ))}
      </div>
    </section>
  );
}
