import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get } from '../api/client';
import { sentence } from '../api/problem';
import type { Labels } from '../api/types';
import { labelOf } from '../language';
import { formatDecimal, formatList, formatShort } from '../look/format';
import { Empty, Failure, Skeleton } from '../look/parts';
import { Select } from '../look/Select';
import { useSettled } from '../records/fields/hits';
import { Calibration, Months } from './Charts';
import { percent } from './value';

interface Bounds {
  value: number;
  low?: number;
  high?: number;
}

interface Answer {
  now: { revenue: Bounds; profit: Bounds };
  then: { revenue: Bounds; profit: Bounds };
  difference: { profit: Bounds };
  purchases: number;
  assumptions: Record<'priceElasticity' | 'priceElasticityError' | 'visitElasticity' | 'visitElasticityError', number>;
  past?: {
    customers: number;
    predicted: number;
    low: number;
    high: number;
    actual: number;
    inside: number;
    of: number;
  };
  findings: { code: string; weight: string; sentence: string }[];
}

interface Demand {
  names: Record<string, string>;
  report: {
    asOf: string;
    withoutProduct: number;
    products: {
      id: string;
      lastYear: number;
      yearBefore: number;
      customers: number;
      months: number[];
      forecast: [number, number, number][];
    }[];
    gaps: {
      has: string;
      lacks: string;
      together: number;
      confidence: number;
      lift: number;
      customers: number;
      worth: number;
    }[];
  } | null;
}

interface Metrics {
  auc: number;
  brier: number;
  calibration: [number, number, number][];
}

interface Scoring {
  report: {
    method: string;
    open: number;
    closed: number;
    won: number;
    trial?: { deals: number; model: Metrics; rates: Metrics };
    importance: { column: string; weight: number }[];
    drift: { deals: number; won?: number; foretold?: number };
    findings: { code: string; sentence: string; words?: Labels }[];
  } | null;
}

const sliders = { retention: [-50, 50], price: [-20, 20], visits: [-50, 100], discount: [-10, 20] } as const;
const short = (amount: number) => formatShort(Math.round(amount));
const range = ({ low, high }: Bounds) => (low === undefined ? '' : `${short(low)} … ${short(high!)}`);

/** What may come: if one did otherwise, what will be bought, which deals will be won. */
export function Ahead() {
  return (
    <div className="value-page">
      <div className="value-columns">
        <WhatIf />
        <Scored of="deals" />
        <Scored of="leads" />
        <Acquired />
        <Gaps />
      </div>
    </div>
  );
}

function WhatIf() {
  const { t } = useTranslation('value');
  const [wish, setWish] = useState<Record<keyof typeof sliders, number>>({
    retention: 0,
    price: 0,
    visits: 0,
    discount: 0,
  });
  const asked = useSettled(JSON.stringify(wish), 120);
  const answer = useQuery({
    queryKey: ['value', 'what-if', asked],
    queryFn: ({ signal }) => get<Answer>('/value/what-if', { signal, query: JSON.parse(asked) }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const { data } = answer;
  return (
    <section className="value-card">
      <h2>{t('whatIf.title')}</h2>
      <p className="meta">{t('whatIf.what')}</p>
      <p className="meta">{t('whatIf.today')}</p>
      <div className="value-sliders value-levers">
        {(Object.keys(sliders) as (keyof typeof sliders)[]).map((name) => (
          <label key={name}>
            <span>{t(`whatIf.${name}`)}</span>
            <input
              type="range"
              min={sliders[name][0]}
              max={sliders[name][1]}
              step="1"
              value={wish[name]}
              onChange={(event) => setWish((before) => ({ ...before, [name]: Number(event.target.value) }))}
            />
            <output>{`${wish[name] > 0 ? '+' : ''}${wish[name]} %`}</output>
          </label>
        ))}
      </div>
      {answer.error && <Failure message={sentence(answer.error)} />}
      {data && (
        <>
          <table className="value-arithmetic">
            <thead>
              <tr>
                <td />
                <th>{t('whatIf.now')}</th>
                <th>{t('whatIf.instead')}</th>
                <th>{t('whatIf.range')}</th>
              </tr>
            </thead>
            <tbody>
              {(['revenue', 'profit'] as const).map((figure) => (
                <tr key={figure}>
                  <th scope="row">{t(`whatIf.figures.${figure}`)}</th>
                  <td>{short(data.now[figure].value)}</td>
                  <td>{short(data.then[figure].value)}</td>
                  <td>{range(data.then[figure])}</td>
                </tr>
              ))}
              <tr className="value-sum">
                <th scope="row">{t('whatIf.difference')}</th>
                <td />
                <td>{short(data.difference.profit.value)}</td>
                <td>{range(data.difference.profit)}</td>
              </tr>
            </tbody>
          </table>
          <p className="meta">
            {t('whatIf.assumes', {
              price: data.assumptions.priceElasticity,
              priceError: data.assumptions.priceElasticityError,
              visit: data.assumptions.visitElasticity,
              visitError: data.assumptions.visitElasticityError,
            })}
          </p>
          <p className="meta">
            {data.past
              ? t('whatIf.past', {
                  predicted: formatDecimal(Math.round(data.past.predicted)),
                  low: formatDecimal(Math.round(data.past.low)),
                  high: formatDecimal(Math.round(data.past.high)),
                  actual: formatDecimal(data.past.actual),
                  inside: data.past.inside,
                  of: data.past.of,
                })
              : t('whatIf.noPast')}
          </p>
          {data.findings.map(({ code, weight, sentence }) => (
            <p key={code} className={weight === 'warning' ? 'labelled-error' : 'meta'}>
              {sentence}
            </p>
          ))}
        </>
      )}
    </section>
  );
}

/** How well the scores of deals or leads do. */
function Scored({ of }: { of: 'deals' | 'leads' }) {
  const { t } = useTranslation('value');
  const scoring = useQuery({
    queryKey: ['value', 'scoring', of],
    queryFn: ({ signal }) => get<Scoring>(`/scoring?of=${of}`, { signal }),
  });
  const words = (name: string) => (of === 'leads' ? `leadScoring.${name}` : `scoring.${name}`);
  const report = scoring.data?.report;
  if (!report) return null;
  const { trial, drift } = report;
  return (
    <section className="value-card">
      <h2>{t(words('title'))}</h2>
      <p className="meta">
        {t(words(report.method), {
          closed: formatDecimal(report.closed),
          won: formatDecimal(report.won),
          open: formatDecimal(report.open),
        })}
      </p>
      {trial && (
        <>
          <Calibration bins={trial.model.calibration} label={t('scoring.calibration')} />
          <p>
            {t(words('trial'), {
              deals: trial.deals,
              auc: trial.model.auc.toFixed(2),
              brier: trial.model.brier.toFixed(3),
              rates: trial.rates.brier.toFixed(3),
            })}
          </p>
        </>
      )}
      {report.importance.length > 0 && (
        <p className="meta">
          {t('scoring.importance')}:{' '}
          {formatList(report.importance.slice(0, 6).map(({ column }) => t(words(`columns.${column}`))))}
        </p>
      )}
      {drift.foretold !== undefined && (
        <p className="meta">
          {t(words('drift'), { deals: drift.deals, won: percent(drift.won!), foretold: percent(drift.foretold) })}
        </p>
      )}
      {report.findings.map(({ sentence: text, words: told }) => (
        <p key={text} className="meta">
          {labelOf(told, text)}
        </p>
      ))}
      <p>
        <Link
          to={
            of === 'leads'
              ? `/leads?${new URLSearchParams({ view: 'all', filter: 'score.probability > 0', sort: '-score.probability', columns: 'name,contactName,state,source,score.grade,score.probability,respondBy,owner' }).toString()}`
              : `/deals?${new URLSearchParams({ view: 'all', filter: 'status = open', sort: '-score.probability', columns: 'name,customer,stageName,amount,score.grade,score.probability,expectedClose,owner' }).toString()}`
          }
        >
          {t(words('list'))}
        </Link>
      </p>
    </section>
  );
}

function Gaps() {
  const { t } = useTranslation('value');
  const [shown, setShown] = useState(0);
  const [open, setOpen] = useState<string | null>(null);
  const demand = useQuery({
    queryKey: ['value', 'demand'],
    queryFn: ({ signal }) => get<Demand>('/demand', { signal }),
  });
  if (demand.error) return <Failure message={sentence(demand.error)} />;
  if (!demand.data) return <Skeleton lines={8} />;
  const { report, names } = demand.data;
  if (!report || report.products.length === 0) return <Empty title={t('demand.none')} />;
  const product = report.products[Math.min(shown, report.products.length - 1)]!;
  return (
    <>
      <section className="value-card">
        <h2>{t('demand.title')}</h2>
        <div className="value-region">
          <span className="meta">{t('demand.product')}</span>
          <Select
            label={t('demand.product')}
            value={String(shown)}
            options={report.products.map(({ id, lastYear }, i) => ({
              value: String(i),
              label: `${names[id]} · ${short(lastYear)}`,
            }))}
            onChange={(value) => setShown(Number(value))}
          />
        </div>
        <Months
          past={product.months}
          ahead={product.forecast}
          label={names[product.id] ?? ''}
          from={t('demand.months', { count: product.months.length })}
        />
        <p className="meta">
          {t('demand.sums', {
            lastYear: short(product.lastYear),
            yearBefore: short(product.yearBefore),
            customers: product.customers,
          })}
        </p>
      </section>
      <section className="value-card">
        <h2>{t('demand.gaps')}</h2>
        <p className="meta">{t('demand.gapsWhat')}</p>
        {report.gaps.length === 0 && <p className="meta">{t('demand.noGaps')}</p>}
        <ul className="value-risk">
          {report.gaps.slice(0, 12).map((gap) => (
            <li key={gap.has + gap.lacks}>
              <button
                type="button"
                className="value-gap"
                onClick={() => setOpen(open === gap.has + gap.lacks ? null : gap.has + gap.lacks)}
              >
                {t('demand.gap', { has: names[gap.has], lacks: names[gap.lacks] })}
              </button>
              <strong>{short(gap.worth)}</strong>
              <span className="meta">
                {t('demand.why', {
                  together: gap.together,
                  confidence: percent(gap.confidence),
                  lift: gap.lift.toFixed(1),
                  customers: gap.customers,
                })}
              </span>
              {open === gap.has + gap.lacks && <Behind has={gap.has} lacks={gap.lacks} />}
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

/** The customers one would offer it to. */
function Behind({ has, lacks }: { has: string; lacks: string }) {
  const behind = useQuery({
    queryKey: ['value', 'gap', has, lacks],
    queryFn: ({ signal }) =>
      get<{ items: { id: string; name: string }[] }>('/demand/gap', { signal, query: { has, lacks } }),
  });
  return (
    <span className="value-behind">
      {behind.data?.items.map(({ id, name }) => (
        <Link key={id} to={`/customers/${id}`}>
          {name}
        </Link>
      ))}
    </span>
  );
}

interface Acquired {
  before: number;
  now: number;
  worth?: number;
  spent?: number;
  fields: {
    field: string;
    label: string;
    groups: { value: string; label: string; before: number; now: number; index?: number; worth?: number }[];
  }[];
}

/** Where the customers come from who bought for the first time within a year. */
function Acquired() {
  const { t } = useTranslation('value');
  const { data } = useQuery({
    queryKey: ['value', 'acquired'],
    queryFn: ({ signal }) => get<Acquired>('/value/acquired', { signal }),
  });
  if (!data || data.now === 0) return null;
  return (
    <section className="value-card">
      <h2>{t('acquired.title')}</h2>
      <p className="meta">
        {t('acquired.what', {
          now: formatDecimal(data.now),
          before: formatDecimal(data.before),
          worth: short(data.worth ?? 0),
          spent: short(data.spent ?? 0),
        })}
      </p>
      {data.fields.map(({ field, label, groups }) => (
        <table key={field} className="value-arithmetic">
          <thead>
            <tr>
              <th scope="col">{label}</th>
              <th scope="col">{t('acquired.now')}</th>
              <th scope="col">{t('acquired.index')}</th>
              <th scope="col">{t('acquired.worth')}</th>
            </tr>
          </thead>
          <tbody>
            {groups.map((group) => (
              <tr key={group.value}>
                <th scope="row">{group.label}</th>
                <td>{formatDecimal(group.now)}</td>
                <td>{group.index === undefined ? '–' : `${group.index.toFixed(1)} ×`}</td>
                <td>{group.worth === undefined ? '–' : short(group.worth)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </section>
  );
}
