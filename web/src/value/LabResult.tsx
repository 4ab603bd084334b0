import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDecimal } from '../look/format';
import { Scroll } from './Card';
import { AliveBars, Bars, Calibration, Curve, Tracking, useAxes, Weights } from './Charts';
import { mostDrawn, Tree } from './Tree';
import { percent, plain } from './value';

interface Errors {
  name: string;
  meanAbsoluteError: number;
  rootMeanSquaredError: number;
  bias: number;
  predicted: number;
  actual: number;
}

export interface Cluster {
  number: number;
  customers: number;
  share: number;
  sentences: string[];
}

export interface LabAnswer {
  model: string;
  customers: number;
  positives?: number;
  converged?: boolean;
  warning?: string | null;
  auc?: number;
  brier?: number;
  lift?: number;
  accuracy?: number;
  scores?: [number, number][];
  clusters?: Cluster[];
  gains?: [number, number, number][];
  calibration?: [number, number, number][];
  importance?: { label: string; weight: number }[];
  leftOut?: { label: string; why: string }[];
  findings?: { code: string; weight: string; sentence: string }[];
  rules?: { conditions: string; path: string[]; outcome: string; customers: number; share: number; lift: number }[];
  unit?: string;
  horizon?: number | null;
  parameters?: { name: string; value: number; standardError: number | null }[];
  spend?: { mean: number | null };
  alive?: number[];
  expectedPurchases?: number;
  repeatPurchases?: [number, number, number][];
  tracking?: [number, number, number][];
  holdout?: Errors[];
  byFrequency?: [number, number, number, number][];
  rows?: {
    customer: string;
    frequency: number;
    probabilityAlive: number | null;
    expectedPurchases: number | null;
    expectedSpend: number | null;
  }[];
}

const short = (value: number | null | undefined, digits = 2) =>
  value === null || value === undefined ? '—' : value.toFixed(digits);
const money = (value: number | null | undefined) =>
  value === null || value === undefined ? '—' : formatDecimal(value.toFixed(2));
/** The last part of a count holds all above it. */
const andMore = (count: number) => (count === 7 ? '7+' : String(count));
const whole = (value: number | null | undefined) => formatDecimal(Math.round(value ?? 0));

function Table({ head, rows }: { head: string[]; rows: (string | number)[][] }) {
  return (
    <Scroll label={head.join(' ')}>
      <table className="value-arithmetic">
        <thead>
          <tr>
            {head.map((text) => (
              <th key={text} scope="col">
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells], i) => (
            <tr key={i}>
              <th scope="row">{name}</th>
              {cells.map((cell, k) => (
                <td key={k}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

const Card = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className="value-card">
    <h2>{title}</h2>
    {children}
  </section>
);

/** What the laboratory found, each drawing to be taken along. */
export function LabResult({ data }: { data: LabAnswer }) {
  const { t } = useTranslation('value');
  const both = [t('tracking.actual'), t('tracking.expected')];
  const axes = {
    silhouette: useAxes('silhouette'),
    byFrequency: useAxes('byFrequency'),
    repeats: useAxes('repeats'),
    gains: useAxes('gains'),
    lift: useAxes('lift'),
    groups: useAxes('groups'),
  };
  return (
    <div className="value-columns" role="region" aria-label={t('lab.result')}>
      <Card title={t(`lab.models.${data.model}`)}>
        <p>
          {t('lab.customers', { number: formatDecimal(data.customers) })}
          {data.positives !== undefined &&
            ` · ${t('lab.positives', { number: formatDecimal(data.positives), share: percent(data.positives / data.customers) })}`}
        </p>
        {data.auc !== undefined && (
          <p>
            {t('lab.evidence', {
              auc: data.auc.toFixed(3),
              brier: data.brier?.toFixed(3),
              lift: data.lift?.toFixed(1),
            })}
          </p>
        )}
        {data.converged === false && <p className="labelled-error">{data.warning || t('lab.notConverged')}</p>}
        {data.findings?.map(({ sentence, weight }) => (
          <p key={sentence} className={weight === 'note' ? 'meta' : 'labelled-error'}>
            {sentence}
          </p>
        ))}
        {data.parameters && (
          <Table
            head={[t('lab.parameter'), t('lab.estimate'), t('lab.standardError')]}
            rows={data.parameters.map((one) => [one.name, plain(one.value, 5), short(one.standardError, 4)])}
          />
        )}
        {data.expectedPurchases !== undefined && (
          <p>
            {t('lab.expects', {
              number: whole(data.expectedPurchases),
              horizon: whole(data.horizon),
              unit: t(`lab.units.${data.unit}`),
            })}
          </p>
        )}
        {data.spend && <p className="meta">{t('lab.meanSpend', { amount: money(data.spend.mean) })}</p>}
        {data.importance && data.importance.length > 0 && (
          <>
            <h3>{t('lab.importance')}</h3>
            <Weights label={t('lab.importance')} items={data.importance} />
          </>
        )}
        {data.leftOut?.map(({ label, why }) => (
          <p key={label} className="meta">
            {t('named', { name: label, value: why })}
          </p>
        ))}
        {data.scores && data.scores.length > 0 && <h3>{t('lab.silhouette')}</h3>}
        {data.scores && data.scores.length > 0 && (
          <Curve
            label={t('lab.silhouette')}
            axes={axes.silhouette}
            points={data.scores}
            ends={[String(data.scores[0]![0]), String(data.scores.at(-1)![0])]}
          />
        )}
      </Card>
      {data.tracking && data.tracking.length > 0 && (
        <Card title={t('tracking.what')}>
          <Tracking
            points={data.tracking}
            label={t('tracking.what')}
            actual={both[0]!}
            expected={both[1]!}
            unit={data.unit}
          />
        </Card>
      )}
      {data.alive && (
        <Card title={t('lab.alive')}>
          <AliveBars bars={data.alive} label={t('lab.alive')} />
        </Card>
      )}
      {data.holdout && (
        <Card title={t('lab.holdout')}>
          <Table
            head={[t('lab.rule'), 'MAE', 'RMSE', t('lab.bias'), t('lab.predicted'), t('lab.actual')]}
            rows={data.holdout.map((line) => [
              line.name,
              short(line.meanAbsoluteError, 3),
              short(line.rootMeanSquaredError, 3),
              short(line.bias, 3),
              whole(line.predicted),
              whole(line.actual),
            ])}
          />
          {data.byFrequency && data.byFrequency.length > 0 && (
            <Bars
              label={t('lab.byFrequency')}
              axes={axes.byFrequency}
              series={both}
              rises={(value) => value.toFixed(1)}
              items={data.byFrequency.map(([x, , came, foretold]) => ({ name: andMore(x), values: [came, foretold] }))}
            />
          )}
        </Card>
      )}
      {data.repeatPurchases && data.repeatPurchases.length > 0 && (
        <Card title={t('lab.repeats')}>
          <Bars
            label={t('lab.repeats')}
            axes={axes.repeats}
            series={both}
            items={data.repeatPurchases.map(([x, came, expected]) => ({
              name: data.model === 'bg-bb' ? String(x) : andMore(x),
              values: [came, expected],
            }))}
          />
        </Card>
      )}
      {data.rows && data.rows.length > 0 && (
        <Card title={t('lab.best')}>
          <Table
            head={[t('lab.customer'), 'x', t('risk.alive'), t('lab.purchases'), t('lab.spend')]}
            rows={data.rows.map((row) => [
              row.customer,
              row.frequency,
              short(row.probabilityAlive),
              short(row.expectedPurchases, 1),
              money(row.expectedSpend),
            ])}
          />
        </Card>
      )}
      {data.gains && (
        <Card title={t('lab.gains')}>
          <Curve
            label={t('lab.gains')}
            axes={axes.gains}
            points={[[0, 0], ...data.gains.map(([part, , gain]): [number, number] => [part, gain])]}
            even
            ends={['0 %', '100 %']}
          />
          <p className="meta">{t('lab.gainsWhat')}</p>
          <Bars
            label={t('lab.lift')}
            axes={axes.lift}
            series={[t('lab.lift')]}
            rises={(value) => `${value.toFixed(1)} ×`}
            items={data.gains.map(([part, lift]) => ({ name: percent(part), values: [lift] }))}
          />
        </Card>
      )}
      {data.calibration && (
        <Card title={t('lab.calibration')}>
          <Calibration bins={data.calibration} label={t('lab.calibration')} />
        </Card>
      )}
      {data.clusters && (
        <Card title={t('lab.groups')}>
          <Bars
            label={t('lab.groups')}
            axes={axes.groups}
            series={[t('lab.groups')]}
            items={data.clusters.map(({ customers }, i) => ({ name: String(i + 1), values: [customers] }))}
          />
        </Card>
      )}
      {data.clusters?.map(({ customers, share, sentences }, i) => (
        <Card
          key={i}
          title={t('lab.group', { number: i + 1, customers: formatDecimal(customers), share: percent(share) })}
        >
          <ul className="value-reasons">
            {sentences.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </Card>
      ))}
      {data.rules && (
        <Card title={t('lab.rules', { accuracy: percent(data.accuracy ?? 0) })}>
          <Tree label={t('lab.models.tree')} rules={data.rules} />
          {data.rules.length > mostDrawn && (
            <p className="meta">{t('lab.drawn', { drawn: mostDrawn, leaves: data.rules.length })}</p>
          )}
          <Table
            head={[t('lab.conditions'), t('lab.outcome'), t('lab.rowsIn'), '%', t('lab.ruleLift')]}
            rows={data.rules.map((rule) => [
              rule.conditions,
              rule.outcome,
              formatDecimal(rule.customers),
              percent(rule.share),
              `${rule.lift.toFixed(1)} ×`,
            ])}
          />
        </Card>
      )}
    </div>
  );
}
