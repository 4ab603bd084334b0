import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/client';
import { sentence } from '../api/problem';
import { formatDecimal } from '../look/format';
import { Button, Labelled, TextInput } from '../look/parts';
import { Calibration, Curve } from './Charts';
import { percent } from './value';

interface Answer {
  model: string;
  customers: number;
  positives?: number;
  converged?: boolean;
  auc?: number;
  brier?: number;
  lift?: number;
  accuracy?: number;
  scores?: [number, number][];
  clusters?: { customers: number; share: number; sentences: string[] }[];
  gains?: [number, number, number][];
  calibration?: [number, number, number][];
  importance?: { label: string; weight: number }[];
  leftOut?: { label: string; why: string }[];
  findings?: string[];
  rules?: { conditions: string; outcome: string; customers: number; share: number; lift: number }[];
}

const models = ['cluster', 'logistic', 'boosting', 'tree'] as const;

/** A model over the customers one sees: what it finds, and how far to trust it. */
export function Laboratory() {
  const { t } = useTranslation('value');
  const [asked, setAsked] = useState({
    model: 'cluster',
    filter: 'value.tier != null',
    target: 'value.late > 2',
    clusters: '',
  });
  const change = (part: Partial<typeof asked>) => setAsked((before) => ({ ...before, ...part }));
  const run = useMutation({
    mutationFn: () =>
      post<Answer>('/lab:run', { ...asked, clusters: asked.clusters.trim() ? Number(asked.clusters) : null }),
  });
  const { data } = run;
  return (
    <div className="value-page">
      <section className="value-card">
        <h2>{t('lab.title')}</h2>
        <p className="meta">{t('lab.what')}</p>
        <form
          className="value-rules"
          onSubmit={(event) => {
            event.preventDefault();
            run.mutate();
          }}
        >
          <div className="value-numbers">
            <Labelled label={t('lab.model')} htmlFor="lab-model">
              <select
                id="lab-model"
                className="text-input"
                value={asked.model}
                onChange={(event) => change({ model: event.target.value })}
              >
                {models.map((model) => (
                  <option key={model} value={model}>
                    {t(`lab.models.${model}`)}
                  </option>
                ))}
              </select>
            </Labelled>
            <Labelled label={t('lab.filter')} htmlFor="lab-filter">
              <TextInput
                id="lab-filter"
                value={asked.filter}
                onChange={(event) => change({ filter: event.target.value })}
              />
            </Labelled>
            {asked.model === 'cluster' ? (
              <Labelled label={t('lab.clusters')} htmlFor="lab-clusters">
                <TextInput
                  id="lab-clusters"
                  inputMode="numeric"
                  value={asked.clusters}
                  onChange={(event) => change({ clusters: event.target.value })}
                />
              </Labelled>
            ) : (
              <Labelled label={t('lab.target')} htmlFor="lab-target">
                <TextInput
                  id="lab-target"
                  value={asked.target}
                  onChange={(event) => change({ target: event.target.value })}
                />
              </Labelled>
            )}
          </div>
          {run.error && (
            <p role="alert" className="labelled-error">
              {sentence(run.error)}
            </p>
          )}
          <div className="value-foot">
            <Button kind="primary" type="submit" busy={run.isPending}>
              {t('lab.run')}
            </Button>
          </div>
        </form>
      </section>
      {data && <Result data={data} />}
    </div>
  );
}

function Result({ data }: { data: Answer }) {
  const { t } = useTranslation('value');
  return (
    <div className="value-columns" role="region" aria-label={t('lab.result')}>
      <section className="value-card">
        <h2>{t(`lab.models.${data.model}`)}</h2>
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
        {data.converged === false && <p className="labelled-error">{t('lab.notConverged')}</p>}
        {data.importance && data.importance.length > 0 && (
          <table className="value-arithmetic">
            <tbody>
              {data.importance.map(({ label, weight }) => (
                <tr key={label}>
                  <th scope="row">{label}</th>
                  <td>{weight.toFixed(2)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {data.leftOut?.map(({ label, why }) => (
          <p key={label} className="meta">
            {label}: <span lang="en">{why}</span>
          </p>
        ))}
        {data.findings?.map((text) => (
          <p key={text} className="meta" lang="en">
            {text}
          </p>
        ))}
        {data.scores && data.scores.length > 0 && (
          <Curve
            label={t('lab.silhouette')}
            points={data.scores}
            ends={[String(data.scores[0]![0]), String(data.scores.at(-1)![0])]}
          />
        )}
      </section>
      {data.gains && (
        <section className="value-card">
          <h2>{t('lab.gains')}</h2>
          <Curve
            label={t('lab.gains')}
            points={[[0, 0], ...data.gains.map(([part, , gain]): [number, number] => [part, gain])]}
            even
            ends={['0 %', '100 %']}
          />
          <p className="meta">{t('lab.gainsWhat')}</p>
        </section>
      )}
      {data.calibration && (
        <section className="value-card">
          <h2>{t('scoring.calibration')}</h2>
          <Calibration bins={data.calibration} label={t('scoring.calibration')} />
        </section>
      )}
      {data.clusters?.map((cluster, i) => (
        <section key={i} className="value-card">
          <h2>
            {t('lab.group', {
              number: i + 1,
              customers: formatDecimal(cluster.customers),
              share: percent(cluster.share),
            })}
          </h2>
          <ul className="value-reasons" lang="en">
            {cluster.sentences.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </section>
      ))}
      {data.rules && (
        <section className="value-card">
          <h2>{t('lab.rules', { accuracy: percent(data.accuracy ?? 0) })}</h2>
          <table className="value-arithmetic">
            <tbody>
              {data.rules.map((rule) => (
                <tr key={rule.conditions + rule.outcome}>
                  <th scope="row">{rule.conditions}</th>
                  <td>{rule.outcome}</td>
                  <td>{formatDecimal(rule.customers)}</td>
                  <td>{percent(rule.share)}</td>
                  <td>{rule.lift.toFixed(1)} ×</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </div>
  );
}
