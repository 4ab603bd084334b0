import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { get, post } from '../api/client';
import { sentence } from '../api/problem';
import { keys, useRecordType } from '../api/queries';
import { useSession } from '../api/session';
import type { AnyRecord, Money, RecordType } from '../api/types';
import { labelOf } from '../language';
import { formatDate, formatDecimal, formatMoney, formatShort } from '../look/format';
import { Button, Empty, Failure, IconButton, Segmented, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import { useNarrow } from '../records/page/PageColumns';
import { PageBar } from '../shell/PageBar';
import { Ahead } from './Ahead';
import { AliveBars, RfmGrid, Tracking, WhaleCurve } from './Charts';
import { Laboratory } from './Laboratory';
import { PolicyTable } from './Policies';
import { Retention } from './Retention';
import { RulesDialog } from './RulesDialog';
import { Transitions } from './Transitions';
import {
  bestShare,
  costKinds,
  type Group,
  groupsOf,
  listOf,
  moversTo,
  movesOf,
  type Overview,
  percent,
  planes,
  quadrants,
  type Report,
} from './value';
import './value.css';

const valueKey = ['value'];

/** What the customers are worth: of the whole company for those who see all of it, of one's own for everybody else. */
export default function ValuePage() {
  const { t } = useTranslation('value');
  const client = useQueryClient();
  const { may } = useSession();
  const narrow = useNarrow();
  const [ruling, setRuling] = useState(false);
  const [where, setWhere] = useSearchParams();
  const shown = where.get('show') ?? 'overview';
  const described = useRecordType('customers');
  const everything = may('value.read') && described.data?.rights.readAll === true;
  const whole = useQuery({
    queryKey: [...valueKey, 'whole'],
    queryFn: ({ signal }) => get<Overview>('/value', { signal }),
    retry: false,
    enabled: everything,
    refetchInterval: (query) => (query.state.data?.running ? 2000 : false),
  });
  const run = useMutation({
    mutationFn: () => post<{ running: boolean; customers?: number; seconds?: number }>('/value:run', {}),
    onSuccess: ({ customers, seconds }) => {
      if (customers !== undefined) toast({ text: t('done', { customers, seconds }) });
      void client.invalidateQueries({ queryKey: valueKey });
      void client.invalidateQueries({ queryKey: keys.records('customers') });
    },
    onError: (error) => toast({ text: sentence(error), kind: 'error' }),
  });
  if (whole.error) return <Failure message={sentence(whole.error)} onRetry={() => void whole.refetch()} />;
  if (!described.data || (everything && !whole.data)) return <Skeleton lines={12} />;
  const report = whole.data?.report ?? null;
  const busy = run.isPending || whole.data?.running === true;
  return (
    <>
      <PageBar
        title={t('title')}
        aside={
          report && (
            <span className="meta only-wide">
              {t('asOf', {
                day: formatDate(report.asOf),
                customers: formatDecimal(report.customers),
                orders: formatDecimal(report.orders),
              })}
            </span>
          )
        }
        actions={
          everything && (
            <>
              {narrow ? (
                <IconButton icon="settings" label={t('rules')} onClick={() => setRuling(true)} />
              ) : (
                <Button icon="settings" onClick={() => setRuling(true)}>
                  {t('rules')}
                </Button>
              )}
              <Button kind="primary" disabled={busy} onClick={() => run.mutate()}>
                {busy ? t('running') : t('run')}
              </Button>
            </>
          )
        }
      >
        <Segmented
          label={t('title')}
          value={shown}
          options={(everything ? ['overview', 'risk', 'ahead', 'lab'] : ['overview', 'risk', 'lab']).map((value) => ({
            value,
            label: t(`tabs.${value}`),
          }))}
          onChange={(show) => setWhere({ show })}
        />
      </PageBar>
      {shown === 'risk' ? (
        <Retention whole={everything} />
      ) : shown === 'ahead' && everything ? (
        <Ahead />
      ) : shown === 'lab' ? (
        <Laboratory />
      ) : !everything ? (
        <Own described={described.data} />
      ) : report && report.customers > 0 ? (
        <Whole report={report} described={described.data} />
      ) : (
        <Empty title={t('never')}>{t('neverHint')}</Empty>
      )}
      {ruling && (
        <RulesDialog
          onClose={() => setRuling(false)}
          onApplied={() => {
            setRuling(false);
            run.mutate();
          }}
        />
      )}
    </>
  );
}

/** The same pyramid and work list over the customers one can see. */
function Own({ described }: { described: RecordType }) {
  const { t } = useTranslation('value');
  const { may } = useSession();
  const groups = useQuery({
    queryKey: [...valueKey, 'own'],
    queryFn: async ({ signal }) =>
      groupsOf(
        await get('/customers:aggregate', {
          signal,
          query: {
            group: 'value.tier',
            measure:
              'count,sum(value.revenue),sum(value.current),sum(value.model),sum(value.potential),sum(value.atRisk),sum(value.investment)',
            filter: 'value.tier != null',
          },
        }),
      ),
  });
  if (groups.error) return <Failure message={sentence(groups.error)} onRetry={() => void groups.refetch()} />;
  if (!groups.data) return <Skeleton lines={8} />;
  const total = (of: keyof Omit<Group, 'name'>) => groups.data.reduce((sum, group) => sum + group[of], 0);
  return (
    <div className="value-page">
      <p className="meta">{t('own')}</p>
      <Totals
        totals={{
          customers: total('customers'),
          revenue: total('revenue'),
          current: total('current'),
          model: total('model'),
          atRisk: total('atRisk'),
        }}
        months={12}
      />
      <div className="value-columns">
        <Pyramid groups={groups.data} described={described} />
        <AtRisk />
      </div>
      {may('value.read') && <Flows described={described} />}
    </div>
  );
}

function Flows({ described }: { described: RecordType }) {
  return <Transitions name={useChoice(described, 'value.tier')} />;
}

function Whole({ report, described }: { report: Report; described: RecordType }) {
  const { t } = useTranslation('value');
  const best = bestShare(report.whale, 0.2);
  const { model } = report;
  return (
    <div className="value-page">
      <Totals
        totals={{
          revenue: report.totals.revenue,
          historical: report.totals.historical,
          current: report.totals.current,
          model: report.totals.model,
          atRisk: report.totals.atRisk,
        }}
        months={report.horizonMonths}
      />
      <div className="value-columns">
        <Pyramid groups={report.tiers} described={described} report={report} />
        <Plane of="quadrant" names={quadrants} groups={report.quadrants} described={described} />
        <Card title={t('policies.title')} what={t('policies.what')}>
          <PolicyTable
            name={(tier) =>
              labelOf(
                described.fields.find(({ name }) => name === 'value.tier')?.choices?.find(({ value }) => value === tier)
                  ?.labels,
                tier,
              )
            }
          />
        </Card>
        <AtRisk />
        {report.planes && (
          <>
            <Arithmetic report={report} />
            <Plane of="plane" names={planes} groups={report.planes} described={described} />
          </>
        )}
        <Card title={t('whale.title')} what={t('whale.what')}>
          <WhaleCurve points={report.whale} label={t('whale.title')} />
          {best !== undefined && <p>{t('whale.best', { customers: '20 %', margin: percent(best) })}</p>}
          {report.totals.losing > 0 && (
            <p>
              <Link to={listOf('value.historical < 0', 'value.historical')}>
                {t('whale.losing', { count: report.totals.losing, number: report.totals.losing })}
              </Link>
            </p>
          )}
        </Card>
        <Card title={t('alive.title')} what={t('alive.what')}>
          <AliveBars bars={report.alive} label={t('alive.title')} />
        </Card>
        <Card title={t('rfm.title')} what={t('rfm.what')}>
          <RfmGrid cells={report.rfm} label={t('rfm.title')} name={(number) => t('rfm.customers', { number })} />
        </Card>
        <Card
          title={t('model.title')}
          what={model.fitted ? t('model.fitted', { name: model.name }) : t('model.notFitted')}
        >
          {model.tracking.length > 0 && (
            <Tracking
              points={model.tracking}
              label={t('tracking.what')}
              actual={t('tracking.actual')}
              expected={t('tracking.expected')}
            />
          )}
          <Parameters title={t('model.parameters')} values={model.parameters} />
          <Parameters title={t('model.spend')} values={model.spendParameters} />
          {model.holdout && (
            <p>
              {t('model.holdout', {
                model: model.holdout.model.meanAbsoluteError.toFixed(2),
                baseline: model.holdout.baseline.meanAbsoluteError.toFixed(2),
              })}
              。{' '}
              {t('model.total', {
                actual: formatDecimal(Math.round(model.holdout.model.actual)),
                predicted: formatDecimal(Math.round(model.holdout.model.predicted)),
              })}
            </p>
          )}
          {report.withoutCost > 0 && (
            <p className="meta">
              {t('model.withoutCost', { count: report.withoutCost, number: formatDecimal(report.withoutCost) })}
            </p>
          )}
          {model.findings.map((finding) => (
            <p key={finding.code} className="meta">
              {labelOf(finding.words, finding.sentence)}
            </p>
          ))}
        </Card>
      </div>
      <Flows described={described} />
    </div>
  );
}

function Parameters({ title, values }: { title: string; values: Record<string, number> }) {
  const known = Object.entries(values);
  if (known.length === 0) return null;
  return (
    <p className="meta">
      {title}: {known.map(([name, value]) => `${name} ${value.toPrecision(4)}`).join(', ')}
    </p>
  );
}

function Totals({ totals, months }: { totals: Record<string, number>; months: number }) {
  const { t } = useTranslation('value');
  return (
    <dl className="value-totals">
      {Object.entries(totals).map(([name, amount]) => (
        <div key={name}>
          <dt>{t(`totals.${name}`, { months })}</dt>
          <dd title={formatDecimal(amount)}>{formatShort(Math.round(amount))}</dd>
        </div>
      ))}
    </dl>
  );
}

function Card({
  title,
  what,
  action,
  children,
}: {
  title: string;
  what?: string;
  action?: React.ReactNode;
  children: React.ReactNode;
}) {
  return (
    <section className="value-card">
      <header>
        <h2>{title}</h2>
        {action}
      </header>
      {what && <p className="meta">{what}</p>}
      {children}
    </section>
  );
}

function useChoice(described: RecordType, field: string) {
  const choices = described.fields.find(({ name }) => name === field)?.choices ?? [];
  return (value: string) => labelOf(choices.find((choice) => choice.value === value)?.labels, value);
}

function Pyramid({ groups, described, report }: { groups: Group[]; described: RecordType; report?: Report }) {
  const { t } = useTranslation('value');
  const name = useChoice(described, 'value.tier');
  const customers = Math.max(
    1,
    groups.reduce((sum, group) => sum + group.customers, 0),
  );
  const margin = groups.reduce((sum, group) => sum + group.current, 0);
  return (
    <Card title={t('pyramid.title')} what={t('pyramid.what')}>
      <ol className="value-pyramid">
        {groups.map((group, place) => {
          const moves = report ? movesOf(report, group.name) : null;
          const close = report?.close?.find((one) => one.name === group.name);
          return (
            <li key={group.name}>
              <Link
                to={listOf(`value.tier = "${group.name}"`, '-value.current')}
                style={{ width: `${40 + place * 20}%` }}
                className={`value-tier value-tier-${group.name}`}
              >
                <strong>{name(group.name)}</strong> <span>{formatDecimal(group.customers)}</span>
              </Link>
              <span className="meta">
                {t('pyramid.share', {
                  customers: percent(group.customers / customers),
                  margin: margin > 0 ? percent(group.current / margin) : '–',
                })}
                {moves && moves.up > 0 && (
                  <Link className="value-up" to={moversTo(group.name, 'up')}>
                    {' '}
                    ▲ {t('pyramid.up', { number: moves.up })}
                  </Link>
                )}
                {moves && moves.down > 0 && (
                  <Link className="value-down" to={moversTo(group.name, 'down')}>
                    {' '}
                    ▼ {t('pyramid.down', { number: moves.down })}
                  </Link>
                )}
                {close && close.customers > 0 && (
                  <Link to={listOf(`value.tier = "${group.name}" AND value.toNext <= ${close.within}`, 'value.toNext')}>
                    {' · '}
                    {t('pyramid.close', { number: close.customers })}
                  </Link>
                )}
              </span>
            </li>
          );
        })}
      </ol>
      {report && (
        <p className="meta">
          {report.rulesChanged
            ? t('pyramid.rulesChanged', { period: report.rulesChanged })
            : report.moves.length === 0
            ? t('pyramid.none')
            : report.moves.every(({ from, to }) => from === to)
              ? t('pyramid.still')
              : null}
        </p>
      )}
    </Card>
  );
}

/** Two by two: how many customers lie in each field, and what one usually does about them. */
function Plane({
  of,
  names,
  groups,
  described,
}: {
  of: 'quadrant' | 'plane';
  names: readonly string[];
  groups: Group[];
  described: RecordType;
}) {
  const { t } = useTranslation('value');
  const name = useChoice(described, `value.${of}`);
  return (
    <Card title={t(`${of}.title`)} what={t(`${of}.what`)}>
      <div className="value-plane">
        {names.map((field) => {
          const group = groups.find((one) => one.name === field);
          return (
            <Link
              key={field}
              to={listOf(`value.${of} = "${field}"`, of === 'plane' ? '-value.investment' : undefined)}
              className={`value-field value-field-${field}`}
            >
              <strong>{name(field).replace(/[（:].*$/, '')}</strong>
              <span>
                {t('quadrant.customers', {
                  count: group?.customers ?? 0,
                  number: formatDecimal(group?.customers ?? 0),
                })}
              </span>
              {of === 'plane' && group && (
                <span className="meta">
                  {t('plane.sums', {
                    investment: formatShort(Math.round(group.investment)),
                    profit: formatShort(Math.round(group.current)),
                  })}
                </span>
              )}
              <span className="meta">{t(`${of}.advice.${field}`)}</span>
            </Link>
          );
        })}
      </div>
    </Card>
  );
}

/** From income to profit, a line for each thing that takes from it. */
function Arithmetic({ report }: { report: Report }) {
  const { t } = useTranslation('value');
  const { totals } = report;
  const lines = [
    ['revenue', totals.revenue],
    ['goods', -totals.goods],
    ...costKinds.map((kind) => [kind, -totals[kind]] as const),
    ['historical', totals.historical],
  ] as const;
  return (
    <Card
      title={t('arithmetic.title')}
      what={t('arithmetic.what')}
      action={<Link to="/costs">{t('arithmetic.costs')}</Link>}
    >
      <table className="value-arithmetic">
        <tbody>
          {lines.map(([name, amount]) => (
            <tr key={name} className={name === 'historical' ? 'value-sum' : undefined}>
              <th scope="row">{t(`arithmetic.${name}`)}</th>
              <td>{formatDecimal(Math.round(amount))}</td>
              <td>{totals.revenue > 0 ? percent(Math.abs(amount) / totals.revenue) : ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {totals.notYetBuyingCustomers > 0 && (
        <p className="meta">
          {t('arithmetic.notYetBuying', {
            count: totals.notYetBuyingCustomers,
            number: formatDecimal(totals.notYetBuyingCustomers),
            amount: formatDecimal(Math.round(totals.notYetBuying)),
          })}
        </p>
      )}
    </Card>
  );
}

/** Whom to call first: what would go with the customer, and how late it is against its own rhythm. */
function AtRisk() {
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
