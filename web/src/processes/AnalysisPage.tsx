import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { get } from '../api/client';
import { sentence } from '../api/problem';
import { useSession } from '../api/session';
import type { AnyRecord } from '../api/types';
import { Select } from '../look/Select';
import { formatDecimal } from '../look/format';
import { Empty, Failure, Segmented, Skeleton } from '../look/parts';
import { PageBar } from '../shell/PageBar';
import type { Analysis, Outcome, StepTime } from './analysis';
import { ProcessMap } from './ProcessMap';
import { WhatIf } from './WhatIf';
import './analysis.css';

const one = (value: number | null | undefined) => (value === null || value === undefined ? '–' : formatDecimal(Math.round(value * 10) / 10));
const percent = (share: number) => `${Math.round(share * 100)} %`;

/** A sales process as it is lived: funnel, map, where it waits and comes back, why deals end as they do, and what a quicker step would bring. */
export default function AnalysisPage() {
  const { t } = useTranslation('analysis');
  const [search, setSearch] = useSearchParams();
  const [shown, setShown] = useState<'funnel' | 'map' | 'steps' | 'outcomes' | 'whatIf'>('funnel');
  const days = search.get('days') ?? '365';
  const mine = search.get('whose') === 'mine';
  const set = (name: string, value: string) =>
    setSearch((before) => {
      before.set(name, value);
      return before;
    });
  const processes = useQuery({
    queryKey: ['records', 'sales-processes', 'board'],
    queryFn: ({ signal }) =>
      get<{ items: AnyRecord[] }>('/sales-processes', {
        signal,
        query: { filter: 'active = true', sort: '-isDefault,name', fields: 'name,isDefault' },
      }),
  });
  const process = search.get('process') ?? processes.data?.items[0]?.id;
  const analysis = useQuery({
    queryKey: ['records', 'deals', 'analysis', process, days, mine],
    queryFn: ({ signal }) => get<Analysis>(`/sales-processes/${process}/analysis`, { signal, query: { days, mine: mine ? 'true' : undefined } }),
    enabled: process !== undefined,
    placeholderData: keepPreviousData,
  });
  const failure = processes.error ?? analysis.error;
  const data = analysis.data;
  return (
    <>
      <PageBar
        title={t('title')}
        aside={
          <span className="meta">
            <Link to={`/deals/board${process ? `?process=${process}` : ''}`}>{t('board')}</Link>
            {data && ` · ${t('deals', { count: data.deals })}`}
          </span>
        }
      >
        <div className="analysis-tools">
          {processes.data && processes.data.items.length > 1 && (
            <Select label={t('process')} value={process ?? ''} options={processes.data.items.map((item) => ({ value: item.id, label: String(item.name) }))} onChange={(value) => set('process', value)} />
          )}
          <Segmented
            label={t('period')}
            value={days}
            options={['90', '365', '1095'].map((value) => ({ value, label: t(`last.${value}`) }))}
            onChange={(value) => set('days', value)}
          />
          <Segmented
            label={t('whose')}
            value={mine ? 'mine' : 'all'}
            options={(['all', 'mine'] as const).map((value) => ({ value, label: t(value) }))}
            onChange={(value) => set('whose', value)}
          />
          <Segmented
            label={t('title')}
            value={shown}
            options={(['funnel', 'map', 'steps', 'outcomes', 'whatIf'] as const).map((value) => ({ value, label: t(`tabs.${value}`) }))}
            onChange={setShown}
          />
        </div>
      </PageBar>
      {failure && <Failure message={sentence(failure)} onRetry={() => void analysis.refetch()} />}
      {!failure && !data && <Skeleton lines={8} />}
      {data && data.deals === 0 && <Empty icon="deal" title={t('none')} />}
      {data && data.deals > 0 && (
        <div className="analysis">
          {data.cut && <p className="meta">{t('cut', { count: data.deals })}</p>}
          {shown === 'funnel' && <Funnel data={data} />}
          {shown === 'map' && <Map data={data} />}
          {shown === 'steps' && (
            <>
              <Steps title={t('byStep')} times={data.steps} />
              <Steps title={t('byTeam')} times={data.teams} />
              <Steps title={t('byPerson')} times={data.people} />
            </>
          )}
          {shown === 'outcomes' && (
            <>
              <Outcomes title={t('reasons')} outcomes={data.reasons} />
              <Outcomes title={t('rivals')} outcomes={data.rivals} />
            </>
          )}
          {shown === 'whatIf' && process && <WhatIf process={process} days={Number(days)} mine={mine} data={data} />}
        </div>
      )}
    </>
  );
}

function Funnel({ data }: { data: Analysis }) {
  const { t } = useTranslation('analysis');
  const most = Math.max(1, ...data.funnel.map(({ reached }) => reached));
  return (
    <ol className="panel funnel" aria-label={t('tabs.funnel')}>
      {data.funnel.map((stage) => (
        <li key={stage.stage}>
          <Link to={`/deals?filter=${encodeURIComponent(`status = open AND stage = "${stage.stage}"`)}`}>{stage.name}</Link>
          <div className="funnel-bar" aria-hidden="true">
            <span style={{ width: `${(stage.reached / most) * 100}%` }} />
          </div>
          <span className="funnel-numbers">
            {t('reached', { count: stage.reached })}
            <span className="meta">
              {t('further', { share: stage.reached > 0 ? percent(stage.further / stage.reached) : '–' })} · {t('lostHere', { count: stage.lost })} ·{' '}
              {t('here', { count: stage.here })} · {t('median', { days: one(stage.medianDays) })}
            </span>
          </span>
        </li>
      ))}
    </ol>
  );
}

function Map({ data }: { data: Analysis }) {
  const { t } = useTranslation('analysis');
  const slow = [...data.nodes].sort((a, b) => b.totalDays - a.totalDays).slice(0, 3).filter(({ totalDays }) => totalDays > 0);
  return (
    <div className="analysis-columns">
      <ProcessMap data={data} />
      <div>
        <section className="panel" aria-label={t('bottlenecks')}>
          <h2>{t('bottlenecks')}</h2>
          {slow.map((node) => (
            <p key={node.stage}>
              <strong>{node.name}</strong> {t('bottleneck', { days: one(node.stayed?.mean), expected: node.expectedDays, late: percent(node.late) })}
            </p>
          ))}
        </section>
        <section className="panel" aria-label={t('loops')}>
          <h2>{t('loops')}</h2>
          {data.loops.length === 0 && <p className="meta">{t('noLoops')}</p>}
          {data.loops.map((loop) => (
            <p key={loop.stage}>
              <strong>{loop.name}</strong> {t('loop', { count: loop.deals, back: loop.back, days: one(loop.extraDays) })}
            </p>
          ))}
        </section>
        <section className="panel" aria-label={t('ways')}>
          <h2>{t('ways')}</h2>
          {data.ways.map((way) => (
            <p key={way.name.join() + way.outcome}>
              {way.name.join(' → ')} → {t(way.outcome)}
              <span className="meta">
                {' '}
                {t('way', { count: way.count, share: percent(way.share), days: one(way.meanDays) })}
              </span>
            </p>
          ))}
        </section>
      </div>
    </div>
  );
}

function Steps({ title, times }: { title: string; times: StepTime[] }) {
  const { t } = useTranslation('analysis');
  return (
    <section className="panel analysis-table" aria-label={title}>
      <h2>{title}</h2>
      {times.length === 0 ? (
        <p className="meta">{t('noSteps')}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th>{t('what')}</th>
              {(['turns', 'open', 'waiting', 'working', 'late', 'handed'] as const).map((name) => (
                <th key={name}>{t(`columns.${name}`)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {times.map((time) => (
              <tr key={time.what}>
                <td>{time.name}</td>
                <td>{time.turns}</td>
                <td>{time.open}</td>
                <td>{t('meanMedian', { mean: one(time.waiting?.mean), median: one(time.waiting?.median) })}</td>
                <td>{t('meanMedian', { mean: one(time.working?.mean), median: one(time.working?.median) })}</td>
                <td>{percent(time.late)}</td>
                <td>{time.handed}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Outcomes({ title, outcomes }: { title: string; outcomes: Outcome[] | null }) {
  const { t } = useTranslation('analysis');
  const { me } = useSession();
  if (!outcomes) return null;
  return (
    <section className="panel analysis-table" aria-label={title}>
      <h2>{title}</h2>
      <table>
        <thead>
          <tr>
            <th>{t('what')}</th>
            <th>{t('won')}</th>
            <th>{t('lost')}</th>
            <th>{t('rate')}</th>
            <th>{t('wonAmount', { currency: me.company.currency })}</th>
            <th>{t('lostAmount', { currency: me.company.currency })}</th>
          </tr>
        </thead>
        <tbody>
          {outcomes.map((outcome) => (
            <tr key={outcome.what}>
              <td>{outcome.what ?? t('unsaid')}</td>
              <td>{outcome.won}</td>
              <td>{outcome.lost}</td>
              <td>{percent(outcome.won / Math.max(1, outcome.won + outcome.lost))}</td>
              <td>{outcome.wonAmount === null ? '–' : formatDecimal(outcome.wonAmount)}</td>
              <td>{outcome.lostAmount === null ? '–' : formatDecimal(outcome.lostAmount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
