import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/client';
import { sentence } from '../api/problem';
import { formatDecimal } from '../look/format';
import { Button, Failure, Skeleton } from '../look/parts';
import type { Analysis, Forecast } from './analysis';

const one = (value: number | null | undefined) => (value === null || value === undefined ? '–' : formatDecimal(Math.round(value * 10) / 10));
const signed = (share: number) => `${share >= 0 ? '+' : '−'}${Math.abs(Math.round(share * 100))} %`;

/** Sliders that make stages and the steps in them quicker, and what the deals' own history says would come of it. */
export function WhatIf({ process, days, mine, data }: { process: string; days: number; mine: boolean; data: Analysis }) {
  const { t } = useTranslation('analysis');
  const [savings, setSavings] = useState<Record<string, number>>({});
  const asked = useDeferredValue(JSON.stringify(Object.entries(savings).filter(([, saving]) => saving > 0)));
  const forecast = useQuery({
    queryKey: ['records', 'deals', 'what-if', process, days, mine, asked],
    queryFn: ({ signal }) =>
      post<Forecast>(
        `/sales-processes/${process}:what-if`,
        {
          days,
          mine,
          changes: (JSON.parse(asked) as [string, number][]).map(([key, saving]) => {
            const [stage, step] = key.split('\n');
            return { stage, step, saving: saving / 100 };
          }),
        },
        { signal },
      ),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const stages = data.nodes.filter(({ stayed }) => stayed);
  const found = forecast.data;
  return (
    <div className="analysis-columns">
      <section className="panel what-if" aria-label={t('sliders')}>
        <h2>{t('sliders')}</h2>
        {stages.flatMap((node) =>
          [{ key: node.stage, name: node.name, now: node.stayed?.mean ?? 0 }, ...node.steps.map((step) => ({ key: `${node.stage}\n${step.step}`, name: step.name, now: step.meanDays }))].map(({ key, name, now }) => {
            const saving = savings[key] ?? 0;
            return (
              <label key={key} className={key.includes('\n') ? 'what-if-step' : undefined}>
                <span>
                  {name}
                  <span className="meta"> {t('insteadOf', { after: one(now * (1 - saving / 100)), before: one(now) })}</span>
                </span>
                <input type="range" min={0} max={90} step={5} value={saving} aria-valuetext={t('quicker', { percent: saving })} onChange={(event) => setSavings({ ...savings, [key]: Number(event.target.value) })} />
              </label>
            );
          }),
        )}
        <Button onClick={() => setSavings({})}>{t('reset')}</Button>
      </section>
      <section className="panel" aria-label={t('forecast')} aria-live="polite">
        <h2>{t('forecast')}</h2>
        {forecast.isError && <Failure message={sentence(forecast.error)} />}
        {forecast.isLoading && <Skeleton lines={4} />}
        {found && !forecast.isError && (
          <>
            <dl className="what-if-figures">
              <dt>{t('cycle')}</dt>
              <dd>{t('fromTo', { before: one(found.before.cycle?.mean), after: one(found.after.cycle?.mean) })}</dd>
              <dt>{t('wonShare')}</dt>
              <dd>{t('fromTo', { before: `${one(found.before.wonShare * 100)} %`, after: `${one(found.after.wonShare * 100)} %` })}</dd>
              <dt>{t('wonInAYear')}</dt>
              <dd>
                {t('fromTo', { before: one(found.before.wonInAYear), after: one(found.after.wonInAYear) })}
                {found.more !== null && asked !== '[]' && <strong> {signed(found.more)}</strong>}
              </dd>
            </dl>
            {found.least !== null && found.most !== null && <p>{t('interval', { least: signed(found.least), most: signed(found.most) })}</p>}
            <p className="meta">{t('trust', { count: found.deals, ended: found.ended, observed: one(found.observedDays), simulated: one(found.before.cycle?.mean), pieced: Math.round(found.pieced * 100) })}</p>
            <p className="meta">{t('assumption')}</p>
          </>
        )}
      </section>
    </div>
  );
}
