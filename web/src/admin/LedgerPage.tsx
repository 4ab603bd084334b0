import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get } from '../api/client';
import { sentence } from '../api/problem';
import { useRecordType, useRecordTypes } from '../api/queries';
import type { RecordType, Reference, Value } from '../api/types';
import { labelOf } from '../language';
import { Select } from '../look/Select';
import { formatInstant } from '../look/format';
import { Button, Empty, Failure, IconButton, Labelled, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import FieldInput from '../records/fields/FieldInput';
import { surfaceText } from '../records/history/History';
import { referenceField } from '../records/page/ShareDialog';
import { actionText, ChangeText } from '../records/timeline/TimelineEntry';
import type { FieldChange } from '../records/timeline/timeline';
import { AdminPage } from './AdminPage';
import { useDirectory } from './directory';
import { download } from './download';
import { LedgerState } from './LedgerState';

interface LedgerItem {
  seq: number;
  at: string;
  actor: Reference | null;
  surface: string;
  action: string;
  type?: string | null;
  recordId?: string | null;
  hash?: string;
  /** As it is kept: `{field: [old, new]}` for records, something of its own for other actions. */
  changes?: Record<string, unknown> | null;
}

/** What can be asked for; the words for them stand in the dictionary. */
const actions = [
  'create',
  'update',
  'assign',
  'delete',
  'restore',
  'remove',
  'accept',
  'erase',
  'import',
  'share',
  'unshare',
  'file.add',
  'file.remove',
  'password.set',
  'token.create',
  'token.revoke',
  'field.add',
  'field.change',
  'field.retire',
  'field.unretire',
  'settings.change',
  'backup.make',
  'backup.restore',
  'backup.restored',
  'sign-in',
  'sign-in.failed',
  'sign-out',
];

/** Who did what when, and the proof that nobody altered it. */
export function LedgerPage() {
  const { t } = useTranslation(['admin', 'record']);
  const types = useRecordTypes().data ?? [];
  const [actor, setActor] = useState<Value>(null);
  const [type, setType] = useState('');
  const [action, setAction] = useState('');
  const query = {
    actor: (actor as Reference | null)?.id,
    type,
    action,
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
  const users = useDirectory('users').data;
  const names = new Map((users ?? []).map((user) => [user.id, String(user.name)]));
  const items = (ledger.data?.pages ?? []).flatMap((page) => page.items);

  return (
    <AdminPage name="ledger">
      <LedgerState />
      <div className="admin-tools admin-ledger-filter">
        <div className="labelled">
          <span>{t('ledger.actor')}</span>
          <FieldInput field={referenceField('users', t('ledger.actor'))} value={actor} onChange={setActor} />
        </div>
        <Labelled label={t('ledger.type')} htmlFor="ledger-type">
          <Select
            id="ledger-type"
            label={t('ledger.type')}
            value={type}
            options={[
              { value: '', label: t('ledger.all') },
              ...types.map((candidate) => ({
                value: candidate.type,
                label: labelOf(candidate.labels, candidate.type),
              })),
            ]}
            onChange={(value) => setType(value)}
          />
        </Labelled>
        <Labelled label={t('ledger.action')} htmlFor="ledger-action">
          <Select
            id="ledger-action"
            label={t('ledger.action')}
            value={action}
            options={[
              { value: '', label: t('ledger.all') },
              ...actions.map((name) => ({ value: name, label: actionText(t, name, 'record:') })),
            ]}
            onChange={(value) => setAction(value)}
          />
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
                <th>
                  <span className="visually-hidden">{t('actions')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <Row key={item.seq} item={item} names={names} />
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

/** The proof of one entry as a file, which anybody can check without this server. */
async function prove(seq: number) {
  try {
    download(`ledger-proof-${seq}.json`, JSON.stringify(await get<unknown>(`/ledger/${seq}/proof`), null, 2));
  } catch (error) {
    toast({ text: sentence(error), kind: 'error' });
  }
}

function Row({ item, names }: { item: LedgerItem; names: ReadonlyMap<string, string> }) {
  const { t } = useTranslation(['record', 'admin']);
  // The ledger also speaks of things that are no record type, such as signing in.
  const isKnown = useRecordTypes().data?.some((known) => known.type === item.type);
  const recordType = useRecordType(isKnown && item.type ? item.type : undefined).data;
  const id = item.recordId;
  const changes = changesOf(item.changes, recordType);
  return (
    <tr>
      <td className="number meta">{item.seq}</td>
      <td className="admin-nowrap">{formatInstant(item.at, true)}</td>
      <td className="admin-nowrap">{item.actor?.name ?? t('history.system')}</td>
      <td className="admin-nowrap">
        {actionText(t, item.action)} <span className="meta">{surfaceText(t, item.surface)}</span>
      </td>
      <td>
        {item.type && id ? (
          <Link to={`/${item.type}/${id}`}>{labelOf(recordType?.singularLabels, item.type)}</Link>
        ) : (
          labelOf(recordType?.labels, item.type ?? '')
        )}
      </td>
      <td>
        {recordType &&
          changes.slice(0, 3).map((change) => (
            <div key={change.field}>
              <ChangeText
                change={named(change, recordType, names)}
                recordType={recordType}
                isNew={item.action === 'create'}
              />
            </div>
          ))}
        {changes.length > 3 && <span className="meta">{t('timeline.moreFields', { count: changes.length - 3 })}</span>}
      </td>
      <td className="admin-actions">
        <IconButton
          icon="export"
          size="small"
          label={t('admin:ledger.prove', { seq: item.seq })}
          onClick={() => void prove(item.seq)}
        />
      </td>
    </tr>
  );
}

/** The changes of a record's entry; what is not field by field, or of a field that is gone, is left out. */
export function changesOf(
  changes: Record<string, unknown> | null | undefined,
  recordType: RecordType | undefined,
): FieldChange[] {
  return Object.entries(changes ?? {}).flatMap(([field, pair]) =>
    Array.isArray(pair) && pair.length === 2 && recordType?.fields.some(({ name }) => name === field)
      ? [{ field, old: pair[0] as Value, new: pair[1] as Value }]
      : [],
  );
}

/** The ledger keeps the ids of people; the reader wants their names. */
function named(change: FieldChange, recordType: RecordType, names: ReadonlyMap<string, string>): FieldChange {
  if (recordType.fields.find(({ name }) => name === change.field)?.reference !== 'users') return change;
  const nameOf = (value: Value) => (typeof value === 'string' ? (names.get(value) ?? value) : value);
  return { ...change, old: nameOf(change.old), new: nameOf(change.new) };
}
