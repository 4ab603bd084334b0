import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { get, newKey, post } from '../api/client';
import { sentence } from '../api/problem';
import { useSession } from '../api/session';
import { formatDate, formatDecimal, formatInstant, formatShort } from '../look/format';
import { Button, Empty, Failure, Skeleton } from '../look/parts';
import { Select } from '../look/Select';
import { toast } from '../look/toast';
import { PageBar } from '../shell/PageBar';
import { AdjustDialog } from './AdjustDialog';
import {
  attained,
  drill,
  periodsAround,
  sum,
  type Target,
  type TeamNode,
  treeOf,
  type TreeRow,
  type Unit,
} from './forecast';
import './forecast.css';

export interface Row extends Unit {
  won: number;
  commit: number;
  bestCase: number;
  pipeline: number;
  omitted: number;
  weighted: number;
  expected: number;
  wonCount: number;
  open: number;
  late: number;
  adjusted?: { amount: number; note: string; by: string; at: string };
}

interface Forecast {
  period: string;
  from: string;
  until: string;
  currency: string;
  mayAdjust: boolean;
  teams: TeamNode[];
  rows: Row[];
  targets: Target[];
}

interface Changes {
  since: string | null;
  groups: {
    kind: string;
    count: number;
    delta: number;
    items: {
      deal: string;
      name: string;
      ownerName: string | null;
      before: number | null;
      after: number | null;
      closeBefore: string | null;
      closeAfter: string | null;
      delta: number;
    }[];
  }[];
}

interface Past {
  thin?: 'none' | 'few' | 'noSeason' | null;
  history?: number;
  mean?: number;
  lower?: number;
  upper?: number;
  error?: number | null;
  months?: { month: string; won: number; foreseen: number | null }[];
  parts?: { name: string; team: boolean; depth: number; mean: number }[];
}

const columns = ['won', 'commit', 'bestCase', 'pipeline', 'weighted', 'expected'] as const;
const signed = (value: number) => `${value > 0 ? '▲ +' : value < 0 ? '▼ −' : ''}${formatShort(Math.abs(value))}`;

/** Friday's meeting on one page: what will close against the target, what moved since last week and why, what the past says. Each number opens the rows that make it. */
export default function ForecastPage() {
  const { t } = useTranslation('forecast');
  const client = useQueryClient();
  const { may } = useSession();
  const [search, setSearch] = useSearchParams();
  const periods = periodsAround(new Date());
  const period = search.get('period') ?? periods[0]!;
  const [adjusting, setAdjusting] = useState<Row | null>(null);
  const ask = <T,>(path: string) => ({
    queryKey: ['forecast', path, period],
    queryFn: ({ signal }: { signal: AbortSignal }) => get<T>(path, { signal, query: { period } }),
    retry: false,
  });
  const forecast = useQuery(ask<Forecast>('/forecast'));
  const changes = useQuery(ask<Changes>('/forecast/changes'));
  const past = useQuery(ask<Past>('/forecast/past'));
  const take = useMutation({
    mutationFn: () => post('/forecast/snapshots', {}, { idempotencyKey: newKey() }),
    onSuccess: () => {
      toast({ text: t('taken') });
      void client.invalidateQueries({ queryKey: ['forecast'] });
    },
    onError: (error) => toast({ kind: 'error', text: sentence(error) }),
  });
  if (forecast.error) return <Failure message={sentence(forecast.error)} onRetry={() => void forecast.refetch()} />;
  return (
    <>
      <PageBar
        title={t('title')}
        aside={
          <span className="forecast-choice">
            <Select
              label={t('period')}
              value={period}
              options={[...new Set([period, ...periods])].map((value) => ({ value, label: value }))}
              onChange={(value) => setSearch({ period: value })}
            />
            <Link to="/forecast/targets">{t('targets')}</Link>
            <Link to={`/performance?period=${period}`}>{t('performance')}</Link>
          </span>
        }
        actions={
          may('targets.manage') && (
            <Button busy={take.isPending} onClick={() => take.mutate()}>
              {t('take')}
            </Button>
          )
        }
      />
      {!forecast.data ? (
        <Skeleton lines={10} />
      ) : forecast.data.rows.length === 0 ? (
        <Empty title={t('nothing')}>{t('nothingHint')}</Empty>
      ) : (
        <div className="forecast">
          <Table forecast={forecast.data} onAdjust={setAdjusting} />
          <div className="forecast-beside">
            {changes.data && <Moved changes={changes.data} />}
            {past.data && (
              <FromPast
                past={past.data}
                expected={sum(forecast.data.rows, (row) => row.expected)}
                currency={forecast.data.currency}
              />
            )}
          </div>
        </div>
      )}
      {adjusting && (
        <AdjustDialog
          row={adjusting}
          period={period}
          onClose={() => setAdjusting(null)}
          onDone={() => void client.invalidateQueries({ queryKey: ['forecast'] })}
        />
      )}
    </>
  );
}

function Table({ forecast, onAdjust }: { forecast: Forecast; onAdjust: (row: Row) => void }) {
  const { t } = useTranslation('forecast');
  const { from, until } = forecast;
  const inPeriod = `status = open AND expectedClose >= ${from} AND expectedClose < ${until}`;
  const behind: Record<(typeof columns)[number], string> = {
    won: `status = won AND closedAt >= ${from} AND closedAt < ${until}`,
    commit: `${inPeriod} AND (forecast = commit OR (forecast = null AND probability >= 80))`,
    bestCase: `${inPeriod} AND (forecast = bestCase OR (forecast = null AND probability >= 50 AND probability < 80))`,
    pipeline: `${inPeriod} AND (forecast = pipeline OR (forecast = null AND probability < 50))`,
    weighted: `${inPeriod} AND NOT forecast = omitted`,
    expected: `${inPeriod} AND NOT forecast = omitted`,
  };
  const targetOf = (row: TreeRow<Row>) => forecast.targets.find(({ scope, id }) => scope === row.kind && id === row.id);
  return (
    // What scrolls must be reachable without a mouse.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="forecast-scroll" tabIndex={0} role="region" aria-label={t('title')}>
      <table className="forecast-table">
        <thead>
          <tr>
            <th scope="col">{t('who', { currency: forecast.currency })}</th>
            <th scope="col">{t('target')}</th>
            {columns.map((name) => (
              <th key={name} scope="col">
                {t(`columns.${name}`)}
              </th>
            ))}
            <th scope="col">{t('adjusted')}</th>
            <th scope="col">{t('late')}</th>
          </tr>
        </thead>
        <tbody>
          {treeOf(forecast.teams, forecast.rows, t('all')).map((row) => {
            const target = targetOf(row);
            const won = sum(row.rows, (one) => one.won);
            const people = row.kind === 'company' ? null : row.rows.map(({ id }) => id);
            const share = attained(won, target?.base);
            const late = sum(row.rows, (one) => one.late);
            const person = row.kind === 'person' ? row.rows[0]! : null;
            return (
              <tr key={row.key} data-kind={row.kind}>
                <th scope="row" style={{ paddingInlineStart: 8 + row.depth * 16 }}>
                  {row.name ?? t('nobody')}
                </th>
                <td>
                  {target?.base ? (
                    <span title={target.stretch ? t('stretch', { amount: formatShort(target.stretch), share: attained(won, target.stretch) }) : undefined}>
                      {formatShort(target.base)} <span className="meta">{share}%</span>
                    </span>
                  ) : (
                    '–'
                  )}
                </td>
                {columns.map((name) => {
                  const amount = sum(row.rows, (one) => one[name]);
                  return (
                    <td key={name} title={formatDecimal(amount)}>
                      {amount === 0 ? (
                        <span className="meta">0</span>
                      ) : (
                        <Link to={drill('deals', people, behind[name])}>{formatShort(amount)}</Link>
                      )}
                    </td>
                  );
                })}
                <td>
                  {person ? (
                    <button
                      type="button"
                      className="link"
                      disabled={!forecast.mayAdjust || !person.id}
                      title={person.adjusted ? `${person.adjusted.by}：${person.adjusted.note}` : undefined}
                      onClick={() => onAdjust(person)}
                    >
                      {person.adjusted
                        ? formatShort(person.adjusted.amount)
                        : forecast.mayAdjust && person.id
                          ? t('adjust')
                          : '–'}
                    </button>
                  ) : (
                    formatShort(sum(row.rows, (one) => one.adjusted?.amount ?? one.expected))
                  )}
                </td>
                <td>
                  {late > 0 ? (
                    <Link to={drill('deals', people, 'status = open AND expectedClose < today')}>{late}</Link>
                  ) : (
                    0
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Moved({ changes }: { changes: Changes }) {
  const { t } = useTranslation('forecast');
  return (
    <section className="panel" aria-label={t('moved.title')}>
      <h2>{t('moved.title')}</h2>
      <p className="meta">
        {changes.since ? t('moved.since', { at: formatInstant(changes.since) }) : t('moved.never')}
      </p>
      {changes.since && changes.groups.length === 0 && <p>{t('moved.nothing')}</p>}
      {changes.groups.map((group) => (
        <details key={group.kind} open={group.kind === 'slipped'}>
          <summary>
            <span>{t(`moved.kinds.${group.kind}`, { count: group.count })}</span>
            <b>{signed(group.delta)}</b>
          </summary>
          <ul>
            {group.items.map((item) => (
              <li key={item.deal}>
                <Link to={`/deals/${item.deal}`}>{item.name}</Link> <span className="meta">{item.ownerName}</span>
                <span className="meta">
                  {group.kind === 'slipped' || group.kind === 'pulledIn'
                    ? `${item.closeBefore ? formatDate(item.closeBefore) : '–'} → ${item.closeAfter ? formatDate(item.closeAfter) : '–'}`
                    : group.kind === 'amount'
                      ? `${formatShort(item.before ?? 0)} → ${formatShort(item.after ?? 0)}`
                      : ''}
                </span>
                <span>{signed(item.delta)}</span>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </section>
  );
}

function FromPast({ past, expected, currency }: { past: Past; expected: number; currency: string }) {
  const { t } = useTranslation('forecast');
  const months = past.months ?? [];
  const most = Math.max(1, ...months.map(({ won, foreseen }) => Math.max(won, foreseen ?? 0)));
  return (
    <section className="panel" aria-label={t('past.title')}>
      <h2>{t('past.title')}</h2>
      {past.thin === 'none' || past.mean === undefined ? (
        <p className="meta">{t('past.none')}</p>
      ) : (
        <>
          <p>
            <b>{formatShort(past.mean)}</b> {currency}{' '}
            <span className="meta">
              {t('past.interval', { lower: formatShort(past.lower ?? 0), upper: formatShort(past.upper ?? 0) })}
            </span>
          </p>
          <p className="meta">{t('past.deals', { amount: formatShort(expected) })}</p>
          {past.error != null && <p className="meta">{t('past.error', { percent: Math.round(past.error) })}</p>}
          {past.thin && <p className="forecast-thin">{t(`past.thin.${past.thin}`, { count: past.history })}</p>}
          <ol className="forecast-months">
            {months.map(({ month, won, foreseen }) => (
              <li
                key={month}
                title={`${month}: ${formatDecimal(won)}${foreseen === null ? '' : ` (${formatDecimal(foreseen)})`}`}
              >
                <i style={{ height: `${(won / most) * 100}%` }} />
                {foreseen !== null && <u style={{ bottom: `${(foreseen / most) * 100}%` }} />}
                <span>{Number(month.slice(5))}</span>
              </li>
            ))}
          </ol>
          {past.parts && past.parts.length > 0 && (
            <details>
              <summary>{t('past.parts')}</summary>
              <ul className="forecast-parts">
                {past.parts.map(({ name, team, depth, mean }, i) => (
                  <li key={i} style={{ paddingLeft: (depth - 1) * 16 }}>
                    {team ? <b>{name}</b> : name} {formatShort(mean)}
                  </li>
                ))}
              </ul>
            </details>
          )}
        </>
      )}
    </section>
  );
}
