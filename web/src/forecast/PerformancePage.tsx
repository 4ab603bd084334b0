import { useQueries, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { get } from '../api/client';
import { sentence } from '../api/problem';
import { formatShort } from '../look/format';
import { Empty, Failure, Skeleton } from '../look/parts';
import { Select } from '../look/Select';
import { quote } from '../records/filter/filter';
import { useNouns } from '../shell/nouns';
import { PageBar } from '../shell/PageBar';
import {
  attained,
  drill,
  periodsAround,
  shifted,
  sum,
  type Target,
  type TeamNode,
  treeOf,
  type TreeRow,
  type Unit,
} from './forecast';
import { Spark } from './Spark';
import './forecast.css';

interface Figures {
  activities: number;
  leads: number;
  converted: number;
  made: number;
  won: number;
  lost: number;
  cycleDays: number;
  amount: number | null;
  ordered: number | null;
  margin: number | null;
  winRate: number | null;
}

interface Row extends Unit, Figures {
  before: Figures;
}

/** What customers owe today, by whose they are; a person's row has what is not due, then each bucket. */
interface Aging {
  rows: { id: string | null; total: string; amounts: string[] }[];
}

interface Performance {
  from: string;
  until: string;
  previous: string;
  currency: string;
  teams: TeamNode[];
  rows: Row[];
  targets: Target[];
}

const deal = ['made', 'won', 'winRate', 'amount', 'cycleDays'] as const;
const figuresBy = {
  person: ['activities', 'leads', 'conversion', ...deal, 'margin'],
  productLine: ['leads', 'conversion', ...deal, 'ordered', 'margin'],
  product: [...deal, 'ordered', 'margin'],
} as const;
type By = keyof typeof figuresBy;
type Figure = (typeof figuresBy)[By][number];

/** Of several people together; rates are taken of the sums, not of the rates. */
function figureOf(rows: readonly Figures[], name: Figure): number | null {
  if (name === 'winRate' || name === 'conversion') {
    const [part, of] =
      name === 'winRate'
        ? [sum(rows, (row) => row.won), sum(rows, (row) => row.won + row.lost)]
        : [sum(rows, (row) => row.converted), sum(rows, (row) => row.leads)];
    return of === 0 ? null : Math.round((part / of) * 100);
  }
  if (name === 'cycleDays') {
    const won = sum(rows, (row) => row.won);
    return won === 0 ? null : Math.round(sum(rows, (row) => row.cycleDays * row.won) / won);
  }
  return rows.every((row) => row[name] === null) ? null : sum(rows, (row) => row[name]);
}

/** Who did how much, with the periods before; each figure opens its records. Sorting by a figure ranks people. */
export default function PerformancePage() {
  const { t } = useTranslation('forecast');
  const [search, setSearch] = useSearchParams();
  const periods = periodsAround(new Date());
  const period = search.get('period') ?? periods[0]!;
  const asked = search.get('by') ?? '';
  const by: By = asked in figuresBy ? (asked as By) : 'person';
  const figures: readonly Figure[] = figuresBy[by];
  const [rank, setRank] = useState<Figure | null>(null);
  const found = useQuery({
    queryKey: ['performance', period, by],
    queryFn: ({ signal }) => get<Performance>('/performance', { signal, query: { period, by } }),
  });
  // Each answer holds the period before as well: three make six.
  const earlier = useQueries({
    queries: [-2, -4].map((step) => ({
      queryKey: ['performance', shifted(period, step), by],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        get<Performance>('/performance', { signal, query: { period: shifted(period, step), by } }),
      retry: false,
    })),
  });
  const rivals = useQuery({
    queryKey: ['performance', 'competitors', period],
    queryFn: ({ signal }) =>
      get<{
        items: { name: string; won: number; lost: number; wonAmount: number | null; lostAmount: number | null }[];
      }>('/performance/competitors', { signal, query: { period } }),
  });
  const owes = useNouns().some(({ type }) => type === 'invoices') && by === 'person';
  const aging = useQuery({
    queryKey: ['receivables', 'aging', 'owner'],
    queryFn: ({ signal }) => get<Aging>('/receivables/aging', { signal, query: { group: 'owner' } }),
    enabled: owes,
    retry: false,
  });
  const owedTo = new Map(
    (aging.data?.rows ?? []).map((row) => [
      row.id,
      { total: Number(row.total), overdue: sum(row.amounts.slice(1), Number) },
    ]),
  );
  const choose = (name: string, value: string) =>
    setSearch((before) => {
      before.set(name, value);
      return before;
    });
  if (found.error) return <Failure message={sentence(found.error)} onRetry={() => void found.refetch()} />;
  const data = found.data;
  const ordered =
    data && rank
      ? data.rows.toSorted((a, b) => (figureOf([b], rank) ?? -1) - (figureOf([a], rank) ?? -1))
      : (data?.rows ?? []);
  const tree = data
    ? by === 'person' && !rank
      ? treeOf(data.teams, data.rows, t('all'))
      : treeOf([], ordered, t('all'))
    : [];
  /** A figure of the same people or goods over six periods, the oldest first. */
  const trendOf = (row: TreeRow<Row>, name: Figure, now: number | null) => {
    const ids = new Set(row.rows.map(({ id }) => id));
    const series = [found, ...earlier].flatMap(({ data: answer }, at) => {
      const same = (answer?.rows ?? []).filter(({ id }) => ids.has(id));
      return [
        at === 0 ? now : figureOf(same, name),
        figureOf(
          same.map((one) => one.before),
          name,
        ),
      ];
    });
    return series.toReversed();
  };
  const targetOf = (row: TreeRow<Row>, name: Figure) =>
    data?.targets.find(({ measure, scope, id, line }) => {
      const wanted = by === 'person' || row.kind === 'company' ? row.kind : 'productLine';
      return measure === name && scope === wanted && (scope === 'productLine' ? line : id) === row.id;
    });
  /** The lines of a product, or the records of a product line; of all together the people's report opens them. */
  const goodsTo = (name: Figure, goods: string | null | undefined): string | null => {
    if (!data || !goods) return null;
    const [deals, ofDeal, ofOrder] =
      by === 'product'
        ? ['deal-lines', 'deal.', `product = "${goods}"`]
        : ['deals', '', `product.productLine = ${quote(goods)}`];
    const of = by === 'product' ? `product = "${goods}"` : `productLine = ${quote(goods)}`;
    const within = (column: string) => `${column} >= ${data.from} AND ${column} < ${data.until}`;
    const to = (type: string, filter: string) => `/${type}?filter=${encodeURIComponent(filter)}`;
    if (name === 'leads' || name === 'conversion') return to('leads', `${of} AND ${within('createdAt')}`);
    if (name === 'ordered' || name === 'margin')
      return to(
        'order-lines',
        `${ofOrder} AND NOT order.status in (draft, cancelled) AND ${within('order.orderedOn')}`,
      );
    if (name === 'made') return to(deals!, `${of} AND ${within(`${ofDeal}createdAt`)}`);
    return to(
      deals!,
      `${of} AND ${name === 'winRate' ? `NOT ${ofDeal}status = open` : `${ofDeal}status = won`} AND ${within(`${ofDeal}closedAt`)}`,
    );
  };
  const drillTo = (name: Figure, people: (string | null)[] | null): string | null => {
    if (by !== 'person') return goodsTo(name, people?.length === 1 ? people[0] : null);
    if (!data) return null;
    const [type, column, more] =
      name === 'activities'
        ? ['activities', 'at', 'status = done AND ']
        : name === 'leads' || name === 'conversion'
          ? ['leads', 'createdAt', '']
          : name === 'made'
            ? ['deals', 'createdAt', '']
            : name === 'margin'
              ? ['orders', 'orderedOn', 'NOT status in (draft, cancelled) AND ']
              : ['deals', 'closedAt', name === 'winRate' ? 'NOT status = open AND ' : 'status = won AND '];
    return drill(type!, people, `${more}${column} >= ${data.from} AND ${column} < ${data.until}`);
  };
  return (
    <>
      <PageBar
        title={t('performance')}
        aside={
          <span className="forecast-choice">
            <Select
              label={t('period')}
              value={period}
              options={[...new Set([period, ...periods])].map((value) => ({ value, label: value }))}
              onChange={(value) => choose('period', value)}
            />
            <Select
              label={t('by')}
              value={by}
              options={[
                { value: 'person', label: t('byPerson') },
                { value: 'productLine', label: t('byProductLine') },
                { value: 'product', label: t('byProduct') },
              ]}
              onChange={(value) => choose('by', value)}
            />
            <Link to={`/forecast?period=${period}`}>{t('title')}</Link>
          </span>
        }
      />
      {!data ? (
        <Skeleton lines={10} />
      ) : data.rows.length === 0 ? (
        <Empty title={t('nobodyDid')}>{t('nothingHint')}</Empty>
      ) : (
        <div className="forecast">
          {/* What scrolls must be reachable without a mouse. */}
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <div className="forecast-scroll" tabIndex={0} role="region" aria-label={t('performance')}>
            <table className="forecast-table">
              <thead>
                <tr>
                  <th scope="col">
                    <button type="button" className="link" onClick={() => setRank(null)}>
                      {t(by === 'person' ? 'who' : 'goods', { currency: data.currency })}
                    </button>
                  </th>
                  {figures.map((name) => (
                    <th key={name} scope="col" aria-sort={rank === name ? 'descending' : undefined}>
                      <button type="button" className="link" onClick={() => setRank(rank === name ? null : name)}>
                        {t(`figures.${name}`)}
                        {rank === name ? ' ↓' : ''}
                      </button>
                    </th>
                  ))}
                  {aging.data && <th scope="col">{t('figures.owed')}</th>}
                </tr>
              </thead>
              <tbody>
                {tree.map((row, place) => (
                  <tr key={row.key} data-kind={row.kind}>
                    <th scope="row" style={{ paddingInlineStart: 8 + row.depth * 16 }}>
                      {rank && row.kind === 'person' ? `${place}. ` : ''}
                      {row.name ?? t(by === 'person' ? 'nobody' : 'noLine')}
                    </th>
                    {figures.map((name) => {
                      const [now, before] = [
                        figureOf(row.rows, name),
                        figureOf(
                          row.rows.map((one) => one.before),
                          name,
                        ),
                      ];
                      const trend = trendOf(row, name, now);
                      const to = drillTo(name, row.kind === 'company' ? null : row.rows.map(({ id }) => id));
                      const percent = name === 'winRate' || name === 'conversion' ? '%' : '';
                      return (
                        <td
                          key={name}
                          title={trend
                            .map(
                              (value, at) =>
                                value !== null &&
                                t('before', {
                                  period: shifted(period, at + 1 - trend.length),
                                  value: `${formatShort(value)}${percent}`,
                                }),
                            )
                            .filter(Boolean)
                            .join('\n')}
                        >
                          {now === null ? (
                            '–'
                          ) : to && now !== 0 ? (
                            <Link to={to}>{formatShort(now) + percent}</Link>
                          ) : (
                            formatShort(now) + percent
                          )}
                          {now !== null && before !== null && now !== before && (
                            <small aria-hidden>{now > before ? '▲' : '▼'}</small>
                          )}
                          <Attained target={targetOf(row, name)} done={now} />
                          <Spark values={trend} />
                        </td>
                      );
                    })}
                    {aging.data && (
                      <Owed
                        rows={row.rows.map(({ id }) => owedTo.get(id))}
                        people={row.kind === 'company' ? null : row.rows.map(({ id }) => id)}
                      />
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {rivals.data && rivals.data.items.length > 0 && (
            <section className="panel" aria-label={t('rivals.title')}>
              <h2>{t('rivals.title')}</h2>
              <div className="forecast-scroll">
                <table className="forecast-table">
                  <thead>
                    <tr>
                      <th scope="col">{t('rivals.name')}</th>
                      <th scope="col">{t('rivals.won')}</th>
                      <th scope="col">{t('rivals.lost')}</th>
                      <th scope="col">{t('rivals.rate')}</th>
                      <th scope="col">{t('rivals.lostAmount')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {rivals.data.items.slice(0, 20).map((rival) => (
                      <tr key={rival.name}>
                        <th scope="row">{rival.name}</th>
                        <td>{rival.won}</td>
                        <td>
                          <Link
                            to={`/deals?filter=${encodeURIComponent(`status = lost AND lostTo = "${rival.name.replace(/["\\]/g, '\\$&')}"`)}`}
                          >
                            {rival.lost}
                          </Link>
                        </td>
                        <td>{Math.round((rival.won / Math.max(1, rival.won + rival.lost)) * 100)}%</td>
                        <td>{rival.lostAmount === null ? '–' : formatShort(rival.lostAmount)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </section>
          )}
        </div>
      )}
    </>
  );
}

/** How much of a target is reached, and of the stretch once the target is. */
function Attained({ target, done }: { target: Target | undefined; done: number | null }) {
  const { t } = useTranslation('forecast');
  const share = done === null ? null : attained(done, target?.base);
  if (share === null || !target?.base) return null;
  const stretch = attained(done!, target.stretch);
  const words = t('ofTarget', { share, target: formatShort(target.base) });
  return (
    <small
      className={share >= 100 ? 'forecast-met' : undefined}
      title={
        stretch === null
          ? words
          : `${words} · ${t('stretch', { amount: formatShort(target.stretch!), share: stretch })}`
      }
    >
      {share}%
    </small>
  );
}

function Owed({
  rows,
  people,
}: {
  rows: readonly ({ total: number; overdue: number } | undefined)[];
  people: (string | null)[] | null;
}) {
  const { t } = useTranslation('forecast');
  const [total, overdue] = [sum(rows, (row) => row?.total), sum(rows, (row) => row?.overdue)];
  if (total === 0) return <td>–</td>;
  return (
    <td title={t('overdue', { amount: formatShort(overdue) })}>
      <Link to={drill('invoices', people, 'openHome > 0')}>{formatShort(total)}</Link>
      {overdue > 0 && (
        <small className="forecast-overdue">{t('overdueShare', { share: Math.round((overdue / total) * 100) })}</small>
      )}
    </td>
  );
}
