import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get, post } from '../api/client';
import { sentence } from '../api/problem';
import { useRecordType, useRecordTypes } from '../api/queries';
import type { Reference, Value } from '../api/types';
import { labelOf } from '../language';
import { formatDecimal, formatInstant } from '../look/format';
import { Button, Empty, Failure, Labelled, Skeleton, TextInput } from '../look/parts';
import FieldInput from '../records/fields/FieldInput';
import { surfaceText } from '../records/history/History';
import { referenceField } from '../records/page/ShareDialog';
import { actionText, ChangeText } from '../records/timeline/TimelineEntry';
import type { FieldChange } from '../records/timeline/timeline';
import { AdminPage } from './AdminPage';

interface LedgerItem {
  seq: number;
  at: string;
  actor: Reference | null;
  surface: string;
  action: string;
  type?: string | null;
  recordId?: string | null;
  id?: string | null;
  title?: string | null;
  hash?: string;
  changes?: FieldChange[] | null;
}

interface Verification {
  ok?: boolean;
  whole?: boolean;
  entries?: number;
  checked?: number;
  brokenAt?: number | null;
  firstBroken?: number | null;
  reason?: string | null;
  message?: string | null;
  hash?: string | null;
  head?: string | null;
  seconds?: number;
}

/** Who did what when, and the proof that nobody altered it. */
export function LedgerPage() {
  const { t } = useTranslation(['admin', 'record']);
  const types = useRecordTypes().data ?? [];
  const [actor, setActor] = useState<Value>(null);
  const [type, setType] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [action, setAction] = useState('');
  const query = {
    actor: (actor as Reference | null)?.id,
    type,
    from: from && `${from}T00:00:00Z`,
    to: to && `${to}T23:59:59Z`,
    action: action.trim(),
  };
  const ledger = useInfiniteQuery({
    queryKey: ['ledger', query],
    queryFn: ({ pageParam, signal }) =>
      get<{ items: LedgerItem[]; next: string | null }>('/ledger', {
        signal,
        query: { ...query, limit: 100, cursor: pageParam },
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const items = (ledger.data?.pages ?? []).flatMap((page) => page.items);

  return (
    <AdminPage name="ledger" actions={<Verify />}>
      <div className="admin-tools admin-ledger-filter">
        <div className="labelled">
          <span>{t('ledger.actor')}</span>
          <FieldInput field={referenceField('users', t('ledger.actor'))} value={actor} onChange={setActor} />
        </div>
        <Labelled label={t('ledger.type')} htmlFor="ledger-type">
          <select
            id="ledger-type"
            className="text-input"
            value={type}
            onChange={(event) => setType(event.target.value)}
          >
            <option value="">{t('ledger.all')}</option>
            {types.map((candidate) => (
              <option key={candidate.type} value={candidate.type}>
                {labelOf(candidate.labels, candidate.type)}
              </option>
            ))}
          </select>
        </Labelled>
        <Labelled label={t('ledger.from')} htmlFor="ledger-from">
          <TextInput id="ledger-from" type="date" value={from} onChange={(event) => setFrom(event.target.value)} />
        </Labelled>
        <Labelled label={t('ledger.to')} htmlFor="ledger-to">
          <TextInput id="ledger-to" type="date" value={to} onChange={(event) => setTo(event.target.value)} />
        </Labelled>
        <Labelled label={t('ledger.action')} htmlFor="ledger-action">
          <TextInput id="ledger-action" value={action} onChange={(event) => setAction(event.target.value)} />
        </Labelled>
      </div>
      {ledger.isLoading && <Skeleton lines={8} />}
      {ledger.isError && <Failure message={sentence(ledger.error)} onRetry={() => void ledger.refetch()} />}
      {ledger.isSuccess && items.length === 0 && <Empty icon="note" title={t('ledger.none')} />}
      {items.length > 0 && (
        <div className="admin-table">
          <table>
            <thead>
              <tr>
                <th scope="col" className="number">
                  {t('ledger.seq')}
                </th>
                <th scope="col">{t('ledger.at')}</th>
                <th scope="col">{t('ledger.actor')}</th>
                <th scope="col">{t('ledger.what')}</th>
                <th scope="col">{t('ledger.record')}</th>
                <th scope="col">{t('ledger.changes')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <Row key={item.seq} item={item} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {ledger.hasNextPage && (
        <Button busy={ledger.isFetchingNextPage} onClick={() => void ledger.fetchNextPage()}>
          {t('record:timeline.more')}
        </Button>
      )}
    </AdminPage>
  );
}

function Row({ item }: { item: LedgerItem }) {
  const { t } = useTranslation('record');
  const recordType = useRecordType(item.type ?? undefined).data;
  const id = item.recordId ?? item.id;
  const changes = Array.isArray(item.changes) ? item.changes : [];
  return (
    <tr>
      <td className="number meta">{item.seq}</td>
      <td className="admin-nowrap">{formatInstant(item.at, true)}</td>
      <td>{item.actor?.name ?? t('history.system')}</td>
      <td>
        {actionText(t, item.action)} <span className="meta">{surfaceText(t, item.surface)}</span>
      </td>
      <td>
        {item.type && id ? (
          <Link to={`/${item.type}/${id}`}>{item.title || labelOf(recordType?.singularLabels, item.type)}</Link>
        ) : (
          (item.type ?? '')
        )}
      </td>
      <td>
        {recordType &&
          changes.slice(0, 3).map((change) => (
            <div key={change.field}>
              <ChangeText change={change} recordType={recordType} />
            </div>
          ))}
        {changes.length > 3 && <span className="meta">{t('timeline.moreFields', { count: changes.length - 3 })}</span>}
      </td>
    </tr>
  );
}

function Verify() {
  const { t } = useTranslation('admin');
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<Verification | { failure: string } | null>(null);

  const run = async () => {
    setBusy(true);
    try {
      setResult(await post<Verification>('/ledger:verify'));
    } catch (error) {
      setResult({ failure: sentence(error) });
    } finally {
      setBusy(false);
    }
  };

  const broken = result && !('failure' in result) ? (result.brokenAt ?? result.firstBroken ?? null) : null;
  const sound = result && !('failure' in result) && (result.ok ?? result.whole ?? broken === null);
  return (
    <>
      <span role="status" className="admin-verified">
        {result &&
          ('failure' in result ? (
            <span className="chip chip-red">{result.failure}</span>
          ) : sound ? (
            <span className="chip chip-green">
              {t('ledger.sound', {
                count: formatDecimal(result.entries ?? result.checked ?? 0) as never,
                ordinal: false,
              })}
            </span>
          ) : (
            <span className="chip chip-red">
              {t('ledger.broken', { seq: broken ?? '?', reason: result.reason ?? result.message ?? '' })}
            </span>
          ))}
      </span>
      <Button kind="primary" icon="check" busy={busy} onClick={() => void run()}>
        {t(busy ? 'ledger.verifying' : 'ledger.verify')}
      </Button>
    </>
  );
}
