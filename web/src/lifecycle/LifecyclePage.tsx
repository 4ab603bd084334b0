import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get } from '../api/client';
import { sentence } from '../api/problem';
import { useSession } from '../api/session';
import { labelOf } from '../language';
import { formatDecimal } from '../look/format';
import { Chip, Failure, Segmented, Skeleton } from '../look/parts';
import { PageBar } from '../shell/PageBar';
import { type Lifecycle, lifecycleKeys, type Stage, workList } from './lifecycle';
import { RulesEditor } from './RulesEditor';
import './lifecycle.css';

/** Where customers stand, where they went on to and how long it took; and the rules behind it for those who keep them. */
export default function LifecyclePage() {
  const { t } = useTranslation('lifecycle');
  const { may } = useSession();
  const [days, setDays] = useState<'90' | '365' | '1095'>('365');
  const [shown, setShown] = useState<'stages' | 'rules'>('stages');
  const lifecycle = useQuery({
    queryKey: lifecycleKeys.stages(Number(days)),
    queryFn: ({ signal }) => get<Lifecycle>('/lifecycle', { signal, query: { days } }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageBar
        title={t('title')}
        aside={
          lifecycle.data && <span className="meta only-wide">{t(lifecycle.data.active ? 'on' : 'off')}</span>
        }
      >
        <div className="lifecycle-tools">
          {may('settings.manage') && (
            <Segmented
              label={t('title')}
              value={shown}
              options={[
                { value: 'stages', label: t('stages') },
                { value: 'rules', label: t('rules') },
              ]}
              onChange={setShown}
            />
          )}
          {shown === 'stages' && (
            <Segmented
              label={t('period')}
              value={days}
              options={(['90', '365', '1095'] as const).map((value) => ({
                value,
                label: t('days', { count: Number(value) }),
              }))}
              onChange={setDays}
            />
          )}
        </div>
      </PageBar>
      {lifecycle.isLoading && <Skeleton lines={8} />}
      {lifecycle.isError && <Failure message={sentence(lifecycle.error)} onRetry={() => void lifecycle.refetch()} />}
      {lifecycle.data &&
        (shown === 'rules' ? <RulesEditor stages={lifecycle.data.stages} /> : <Stages stages={lifecycle.data.stages} />)}
    </>
  );
}

const whole = (days: number | null) => (days === null ? '–' : formatDecimal(Math.round(days)));

function Stages({ stages }: { stages: Stage[] }) {
  const { t } = useTranslation('lifecycle');
  const most = Math.max(1, ...stages.map(({ count }) => count));
  const nameOf = (stage: string) => labelOf(stages.find((one) => one.stage === stage)?.labels, stage);
  return (
    <ol className="lifecycle">
      {stages.map((stage) => (
        <li key={stage.stage}>
          <div className="lifecycle-head">
            <Chip color={stage.color}>{labelOf(stage.labels, stage.stage)}</Chip>
            <Link to={workList(stage.stage)} className="lifecycle-count">
              {t('count', { count: stage.count, number: formatDecimal(stage.count) })}
            </Link>
          </div>
          <div className="lifecycle-bar" aria-hidden="true">
            <span style={{ width: `${(stage.count / most) * 100}%` }} />
          </div>
          <p className="meta">{t('flow', { entered: formatDecimal(stage.entered), left: formatDecimal(stage.left) })}</p>
          <p className="meta">
            {[
              stage.count > 0 && t('standing', { days: whole(stage.standingDays) }),
              stage.left > 0 && t('stayed', { days: whole(stage.stayedDays) }),
            ]
              .filter(Boolean)
              .join(' · ')}
          </p>
          <div className="lifecycle-to">
            {stage.left === 0 ? (
              <span className="meta">{t('nobody')}</span>
            ) : (
              <>
                <span className="meta">{t('to')}</span>
                {stage.to.map((to) => (
                  <span key={to.stage}>
                    {t('toOne', {
                      stage: nameOf(to.stage),
                      number: formatDecimal(to.count),
                      percent: Math.round((to.count / stage.left) * 100),
                    })}
                  </span>
                ))}
              </>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}
