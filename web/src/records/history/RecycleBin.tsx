import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { get } from '../../api/client';
import { sentence } from '../../api/problem';
import { keys, useRecordType, useRecordTypes, useRestoreRecord } from '../../api/queries';
import type { AnyRecord, ListPage } from '../../api/types';
import { labelOf } from '../../language';
import { formatInstant } from '../../look/format';
import { Button, Empty, Failure, Segmented, Skeleton, TextInput } from '../../look/parts';
import { toast } from '../../look/toast';
import { useSettled } from '../fields/hits';
import { valueText } from '../fields/FieldValue';

/** What was deleted and by whom, noun by noun, and the way back. */
export function RecycleBin() {
  const { t } = useTranslation('record');
  const types = (useRecordTypes().data ?? []).filter(({ rights }) => rights.delete);
  const [chosen, setChosen] = useState<string | null>(null);
  const [wanted, setWanted] = useState('');
  const type = chosen ?? types[0]?.type;
  const q = useSettled(wanted.trim(), 200);
  if (!type) return <Empty icon="trash" title={t('bin.empty')} />;
  return (
    <div className="recycle-bin">
      <div className="admin-tools">
        <Segmented
          label={t('bin.what')}
          value={type}
          options={types.map((candidate) => ({
            value: candidate.type,
            label: labelOf(candidate.labels, candidate.type),
          }))}
          onChange={setChosen}
        />
        <TextInput
          type="search"
          aria-label={t('bin.find')}
          placeholder={t('bin.find')}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
      </div>
      <Deleted key={type} type={type} q={q} />
    </div>
  );
}

function Deleted({ type, q }: { type: string; q: string }) {
  const { t } = useTranslation('record');
  const navigate = useNavigate();
  const recordType = useRecordType(type).data;
  const restore = useRestoreRecord(type);
  const [back, setBack] = useState<ReadonlySet<string>>(new Set());
  const bin = useInfiniteQuery({
    queryKey: [...keys.records(type), 'bin', q],
    queryFn: ({ pageParam, signal }) =>
      get<ListPage>(`/${type}`, {
        signal,
        query: { deleted: true, sort: '-updatedAt', q, limit: 50, cursor: pageParam },
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const items = (bin.data?.pages ?? []).flatMap((page) => page.items).filter(({ id }) => !back.has(id));

  const run = async (record: AnyRecord, name: string) => {
    try {
      await restore.mutateAsync(record.id);
      setBack(new Set([...back, record.id]));
      toast({
        text: t('bin.restored', { name }),
        action: { label: t('bin.open'), run: () => void navigate(`/${type}/${record.id}`) },
      });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
  };

  if (bin.isLoading || !recordType) return <Skeleton lines={6} />;
  if (bin.isError) return <Failure message={sentence(bin.error)} onRetry={() => void bin.refetch()} />;
  if (items.length === 0)
    return (
      <Empty icon="trash" title={t(q ? 'bin.nothingFound' : 'bin.empty')}>
        {!q && t('bin.emptyHint')}
      </Empty>
    );
  const title = recordType.fields.find((field) => field.name === recordType.titleField);
  return (
    <>
      <div className="admin-table">
        <table>
          <thead>
            <tr>
              <th scope="col">{labelOf(title?.labels, t('bin.what'))}</th>
              <th scope="col">{t('bin.deletedBy')}</th>
              <th scope="col">{t('bin.deletedAt')}</th>
              <th>
                <span className="visually-hidden">{t('bin.restore')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((record) => {
              const name = title ? valueText(title, record[title.name]) : record.id;
              return (
                <tr key={record.id}>
                  <td>{name}</td>
                  <td>{record.updatedBy?.name}</td>
                  <td>{formatInstant((record.deletedAt as string | undefined) ?? record.updatedAt)}</td>
                  <td className="admin-actions">
                    <Button icon="undo" onClick={() => void run(record, name)}>
                      {t('bin.restore')}
                    </Button>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {bin.hasNextPage && (
        <Button busy={bin.isFetchingNextPage} onClick={() => void bin.fetchNextPage()}>
          {t('timeline.more')}
        </Button>
      )}
    </>
  );
}
