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
import { formatDecimal, formatInstant, formatList } from '../look/format';
import { Button, Empty, Failure, Skeleton } from '../look/parts';
import { AdminPage } from './AdminPage';
import { AuditedFieldsDialog } from './AuditedFieldsDialog';
import { useDirectory } from './directory';
import { Choose } from './Choose';
import { TableRegion } from './TableRegion';
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
        <Choose
          id="reads-actor"
          label={t('reads.who')}
          all={t('reads.all')}
          value={actor}
          onChange={setActor}
          options={users.map((one) => ({ value: one.id, label: String(one.name) }))}
        />
        <Choose
          id="reads-kind"
          label={t('reads.kind')}
          all={t('reads.all')}
          value={kind}
          onChange={setKind}
          options={readKinds.map((name) => ({ value: name, label: t(`reads.kinds.${name}`) }))}
        />
        <Choose
          id="reads-type"
          label={t('rules.noun')}
          all={t('reads.all')}
          value={type}
          onChange={(chosen) => {
            setType(chosen);
            setField('');
          }}
          options={types
            .filter((one) => one.hasOwner)
            .map((one) => ({ value: one.type, label: labelOf(one.labels, one.type) }))}
        />
        {type && (
          <Choose
            id="reads-field"
            label={t('reads.field')}
            all={t('reads.all')}
            value={field}
            onChange={setField}
            options={fieldsOf(type).map((one) => ({ value: one.name, label: labelOf(one.labels, one.name) }))}
          />
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
        <TableRegion label={t('reads.kind')}>
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
                          {record.id ? <Link to={`/${item.type}/${record.id}`}>{record.name}</Link> : t('reads.hidden')}
                        </span>
                      ))}
                      {item.count > item.records.length && ' …'}
                    </span>
                  )}
                  {item.fields.length > 0 && (
                    <span className="meta admin-sentence">
                      {formatList(item.fields.map((name) => fieldName(item.type, name)))}
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
        </TableRegion>
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
