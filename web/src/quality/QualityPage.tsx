import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { get, post } from '../api/client';
import { sentence } from '../api/problem';
import { useRecordTypes } from '../api/queries';
import { useSession } from '../api/session';
import { labelOf } from '../language';
import { formatRelative } from '../look/format';
import { Button, Failure, Segmented, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import { PageBar } from '../shell/PageBar';
import { Conflicts } from './Conflicts';
import { Overview } from './Overview';
import { qualityKeys, type Summary } from './quality';
import { RulesForm } from './RulesForm';
import { WorkList } from './WorkList';
import './quality.css';

const nouns = ['customers', 'contacts'];
type Shown = 'overview' | 'work' | 'conflicts' | 'rules';

/** How good the data are, what is to be mended, and the rules behind it. */
export default function QualityPage() {
  const { t } = useTranslation('quality');
  const { may } = useSession();
  const [where, setWhere] = useSearchParams();
  const type = where.get('type') ?? 'customers';
  const shown = (where.get('show') ?? 'overview') as Shown;
  const go = (next: Record<string, string>) => setWhere({ type, show: shown, ...next });
  const types = (useRecordTypes().data ?? []).filter((noun) => nouns.includes(noun.type));
  const summary = useQuery({
    queryKey: qualityKeys.summary(type),
    queryFn: ({ signal }) => get<Summary>('/quality', { signal, query: { type } }),
    refetchInterval: ({ state }) => (state.data?.run.state === 'running' ? 1500 : false),
  });
  const manages = may('settings.manage');
  const tabs: Shown[] = manages ? ['overview', 'work', 'conflicts', 'rules'] : ['overview', 'work', 'conflicts'];
  return (
    <>
      <PageBar
        title={t('title')}
        aside={summary.data && <RunState summary={summary.data} />}
        actions={
          <>
            {shown === 'overview' && (
              <Button className="only-wide" onClick={() => window.print()}>
                {t('print')}
              </Button>
            )}
            {manages && <RunButton running={summary.data?.run.state === 'running'} />}
          </>
        }
      >
        <div className="quality-tools">
          <Segmented
            label={t('title')}
            value={shown}
            options={tabs.map((value) => ({ value, label: t(`tabs.${value}`) }))}
            onChange={(next) => go({ show: next })}
          />
          {shown !== 'rules' && (
            <Segmented
              label={t('what')}
              value={type}
              options={types.map((noun) => ({ value: noun.type, label: labelOf(noun.labels, noun.type) }))}
              onChange={(next) => setWhere({ type: next, show: shown })}
            />
          )}
        </div>
      </PageBar>
      {shown === 'work' && (
        <WorkList
          key={where.toString()}
          type={type}
          kind={where.get('kind') ?? ''}
          field={where.get('field') ?? ''}
          owner={where.get('owner') ?? ''}
          onKind={(kind) => go({ kind })}
        />
      )}
      {shown === 'conflicts' && <Conflicts key={type} type={type} />}
      {shown === 'rules' && <RulesForm />}
      {shown === 'overview' && (
        <>
          {summary.isLoading && <Skeleton lines={8} />}
          {summary.isError && <Failure message={sentence(summary.error)} onRetry={() => void summary.refetch()} />}
          {summary.data && (
            <Overview summary={summary.data} onWork={(about) => setWhere({ type, show: 'work', ...about })} />
          )}
        </>
      )}
    </>
  );
}

function RunState({ summary: { run } }: { summary: Summary }) {
  const { t } = useTranslation('quality');
  return (
    <span className="meta only-wide" role="status">
      {t(`run.${run.state}`, {
        percent: Math.round((run.done / Math.max(1, run.total)) * 100),
        when: formatRelative(run.finishedAt),
      })}
    </span>
  );
}

function RunButton({ running }: { running: boolean }) {
  const { t } = useTranslation('quality');
  const client = useQueryClient();
  const start = async () => {
    try {
      await post('/quality:run');
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
    void client.invalidateQueries({ queryKey: qualityKeys.all });
  };
  return (
    <Button icon="quality" busy={running} onClick={() => void start()}>
      {t('run.start')}
    </Button>
  );
}
