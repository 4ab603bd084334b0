import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get } from '../api/client';
import { sentence } from '../api/problem';
import { useRecordTypes } from '../api/queries';
import { useSession } from '../api/session';
import type { RecordType, Reference } from '../api/types';
import { labelOf } from '../language';
import { formatDecimal, formatInstant } from '../look/format';
import { Button, Empty, Failure, Labelled, Skeleton } from '../look/parts';
import { AdminPage } from './AdminPage';
import { AuditedFieldsDialog } from './AuditedFieldsDialog';
import { useDirectory } from './directory';
import '../privacy/privacy.css';

interface Read {
  seq: number;
  at: string;
  actor?: Reference;
  surface: string;
  kind: 'read' | 'export' | 'export-person';
  type: string | null;
  way: string | null;
  from: string | null;
  fields: string[];
  count: number;
  filtered?: boolean;
  filter?: string | null;
  words?: string | null;
  records: { id?: string; name?: string; hidden?: boolean }[];
}

const readKinds = ['read', 'export', 'export-person'] as const;

/** Who read audited fields in clear and who took data out; the lines stand in the ledger, beyond change. */
export function ReadsPage() {
  const { t } = useTranslation('privacy');
  const { may } = useSession();
  const users = useDirectory('users').data ?? [];
  const types = (useRecordTypes().data ?? []) as RecordType[];
  const [actor, setActor] = useState('');
  const [kind, setKind] = useState('');
  const [type, setType] = useState('');
  const [field, setField] = useState('');
  const [choosing, setChoosing] = useState(false);
  const query = { actor, kind, type, field };
  const reads = useInfiniteQuery({
    queryKey: ['reads', query],
    queryFn: ({ pageParam, signal }) =>
      get<{ items: Read[]; next: string | null }>('/reads', {
        signal,
        query: { ...query, limit: 100, cursor: pageParam },
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const items = (reads.data?.pages ?? []).flatMap((page) => page.items);
  const noun = (name: string | null) => labelOf(types.find((one) => one.type === name)?.labels, name ?? '');
  const fieldsOf = (name: string | null) => types.find((one) => one.type === name)?.fields ?? [];
  const fieldName = (of: string | null, name: string) =>
    labelOf(fieldsOf(of).find((one) => one.name === name)?.labels, name);

  return (
    <AdminPage
      name="reads"
      actions={
        may('privacy.manage') && (
          <Button icon="settings" onClick={() => setChoosing(true)}>
            {t('reads.choose')}
          </Button>
        )
      }
    >
      <div className="admin-tools admin-ledger-filter">
        <Labelled label={t('reads.who')} htmlFor="reads-actor">
          <select
            id="reads-actor"
            className="text-input"
            value={actor}
            onChange={(event) => setActor(event.target.value)}
          >
            <option value="">{t('reads.all')}</option>
            {users.map((one) => (
              <option key={one.id} value={one.id}>
                {String(one.name)}
              </option>
            ))}
          </select>
        </Labelled>
        <Labelled label={t('reads.kind')} htmlFor="reads-kind">
          <select id="reads-kind" className="text-input" value={kind} onChange={(event) => setKind(event.target.value)}>
            <option value="">{t('reads.all')}</option>
            {readKinds.map((name) => (
              <option key={name} value={name}>
                {t(`reads.kinds.${name}`)}
              </option>
            ))}
          </select>
        </Labelled>
        <Labelled label={t('rules.noun')} htmlFor="reads-type">
          <select
            id="reads-type"
            className="text-input"
            value={type}
            onChange={(event) => {
              setType(event.target.value);
              setField('');
            }}
          >
            <option value="">{t('reads.all')}</option>
            {types
              .filter((one) => one.hasOwner)
              .map((one) => (
                <option key={one.type} value={one.type}>
                  {labelOf(one.labels, one.type)}
                </option>
              ))}
          </select>
        </Labelled>
        {type && (
          <Labelled label={t('reads.field')} htmlFor="reads-field">
            <select
              id="reads-field"
              className="text-input"
              value={field}
              onChange={(event) => setField(event.target.value)}
            >
              <option value="">{t('reads.all')}</option>
              {fieldsOf(type).map((one) => (
                <option key={one.name} value={one.name}>
                  {labelOf(one.labels, one.name)}
                </option>
              ))}
            </select>
          </Labelled>
        )}
      </div>
      {reads.isLoading && <Skeleton lines={8} />}
      {reads.isError && <Failure message={sentence(reads.error)} onRetry={() => void reads.refetch()} />}
      {reads.isSuccess && items.length === 0 && (
        <Empty icon="eye" title={t('reads.none')}>
          {t('reads.noneHint')}
        </Empty>
      )}
      {items.length > 0 && (
        <div
          className="admin-table"
          role="region"
          // What scrolls sideways on a phone must be reachable with the keyboard.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          aria-label={t('reads.kind')}
        >
          <table>
            <thead>
              <tr>
                <th scope="col">{t('requests.at')}</th>
                <th scope="col">{t('reads.who')}</th>
                <th scope="col">{t('reads.kind')}</th>
                <th scope="col">{t('reads.what')}</th>
                <th scope="col">{t('reads.from')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.seq}>
                  <td className="admin-nowrap">{formatInstant(item.at, true)}</td>
                  <td>{item.actor?.name ?? t('requests.program')}</td>
                  <td>
                    {t(`reads.kinds.${item.kind}`)}
                    {item.way && (
                      <span className="meta admin-sentence">
                        {t(`reads.ways.${item.way}`, { defaultValue: item.way })}
                      </span>
                    )}
                  </td>
                  <td>
                    {noun(item.type)}
                    {item.kind !== 'export-person' &&
                      ` · ${item.count > 0 ? t('reads.count', { number: formatDecimal(item.count) }) : t('reads.asked')}`}
                    {item.records.length > 0 && (
                      <span className="admin-sentence">
                        {item.records.map((record, index) => (
                          <span key={record.id ?? index}>
                            {index > 0 && '、'}
                            {record.id ? (
                              <Link to={`/${item.type}/${record.id}`}>{record.name}</Link>
                            ) : (
                              t('reads.hidden')
                            )}
                          </span>
                        ))}
                        {item.count > item.records.length && ' …'}
                      </span>
                    )}
                    {item.fields.length > 0 && (
                      <span className="meta admin-sentence">
                        {item.fields.map((name) => fieldName(item.type, name)).join('、')}
                      </span>
                    )}
                    {item.filtered && (
                      <span className="meta admin-sentence">
                        {item.filter || item.words ? (
                          <code>{[item.filter, item.words].filter(Boolean).join(' · ')}</code>
                        ) : (
                          t('reads.filterHidden')
                        )}
                      </span>
                    )}
                  </td>
                  <td>
                    {item.from}
                    <span className="meta admin-sentence">
                      {t(`reads.surfaces.${item.surface}`, { defaultValue: item.surface })}
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {reads.hasNextPage && (
        <Button busy={reads.isFetchingNextPage} onClick={() => void reads.fetchNextPage()}>
          {t('reads.more')}
        </Button>
      )}
      {choosing && <AuditedFieldsDialog onClose={() => setChoosing(false)} />}
    </AdminPage>
  );
}
