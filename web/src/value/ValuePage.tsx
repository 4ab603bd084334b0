import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { get, post } from '../api/client';
import { sentence } from '../api/problem';
import { keys, useRecordType } from '../api/queries';
import { useSession } from '../api/session';
import { formatDate, formatDecimal } from '../look/format';
import { Button, Empty, Failure, IconButton, Segmented, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import { useNarrow } from '../records/page/PageColumns';
import { PageBar } from '../shell/PageBar';
import { Ahead } from './Ahead';
import { Laboratory } from './Laboratory';
import { Own, Whole } from './Overview';
import { Retention } from './Retention';
import { RulesDialog } from './RulesDialog';
import type { Overview } from './value';
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
  if (!may('value.read')) return <Empty icon="role" title={t('notYours')} />;
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
