import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Composer, useMayWrite } from '../../activities/Composer';
import { ActivityLine } from '../../activities/ActivityLine';
import { referenceOf } from '../../activities/activity';
import { get } from '../../api/client';
import { Problem, sentence } from '../../api/problem';
import { keys, putRecord, useRecord, useRecordType } from '../../api/queries';
import type { AnyRecord, RecordType } from '../../api/types';
import { labelOf } from '../../language';
import { Empty, Failure, Skeleton } from '../../look/parts';
import { PrivacyPanel } from '../../privacy/PrivacyPanel';
import { PageBar } from '../../shell/PageBar';
import { CopyButton } from '../fields/CopyButton';
import { Timeline } from '../timeline/Timeline';
import { FieldList } from './FieldList';
import { Files, type FileEntry } from './Files';
import { RecordActions } from './RecordActions';
import { History } from '../history/History';
import { PageColumns } from './PageColumns';
import './page.css';

export interface PartProps {
  recordType: RecordType;
  record: AnyRecord;
  refresh: () => void;
}

export interface RecordPageProps {
  type: string;
  id: string;
  /** What this noun has beyond its description: above the history, and at the side. */
  Middle?: ComponentType<PartProps>;
  Side?: ComponentType<PartProps>;
  /** Its parts are tables that want the room at the side: the files stand below them. */
  wide?: boolean;
}

/** The page of any noun, drawn from its description: fields, timeline or history, files. */
export default function RecordPage({ type, id, Middle, Side, wide }: RecordPageProps) {
  const recordType = useRecordType(type);
  const record = useRecord(type, id);
  const failure = recordType.error ?? record.error;
  if (failure)
    return (
      <PageFailure
        type={type}
        failure={failure}
        onRetry={() => void Promise.all([recordType.refetch(), record.refetch()])}
      />
    );
  if (!recordType.data || !record.data) return <Skeleton lines={10} />;
  return <Loaded recordType={recordType.data} record={record.data} Middle={Middle} Side={Side} wide={wide} />;
}

export function PageFailure({ type, failure, onRetry }: { type: string; failure: Error; onRetry: () => void }) {
  const { t } = useTranslation('record');
  if (failure instanceof Problem && failure.status === 404)
    return (
      <>
        <PageBar title={t('page.notFound')} />
        <Empty icon="search" title={t('page.notFound')} action={<Link to={`/${type}`}>{t('page.backToList')}</Link>}>
          {t('page.notFoundHint')}
        </Empty>
      </>
    );
  return <Failure message={sentence(failure)} onRetry={onRetry} />;
}

function Loaded({
  recordType,
  record,
  Middle,
  Side,
  wide = false,
}: Pick<RecordPageProps, 'Middle' | 'Side' | 'wide'> & { recordType: RecordType; record: AnyRecord }) {
  const { t } = useTranslation('record');
  const client = useQueryClient();
  const { type } = recordType;
  const title = String(record[recordType.titleField] ?? record.id);
  const refresh = () => void client.invalidateQueries({ queryKey: keys.record(type, record.id) });
  const customer = referenceOf(record.customer);
  const hasTimeline = type === 'contacts';
  const mayWrite = useMayWrite();
  const files = useQuery({
    queryKey: [...keys.record(type, record.id), 'files'],
    queryFn: async ({ signal }) => {
      const answer = await get<FileEntry[] | { items: FileEntry[] }>(`/${type}/${record.id}/files`, { signal });
      return Array.isArray(answer) ? answer : answer.items;
    },
    retry: false,
  });
  const attached = files.data && (
    <section className="panel" aria-label={t('files.title')}>
      <h2>{t('files.title')}</h2>
      <Files type={type} id={record.id} files={files.data} editable={recordType.rights.edit} />
    </section>
  );

  return (
    <div className="record-page">
      <PageBar
        title={
          <span className="field-copyable">
            <span className="ellipsis">{title}</span>
            <CopyButton text={title} label={title} />
          </span>
        }
        documentTitle={title}
        aside={
          <span className="meta ellipsis">
            {labelOf(recordType.singularLabels, recordType.singular)}
            {customer && (
              <>
                {' · '}
                <Link to={`/customers/${customer.id}`}>{customer.name}</Link>
              </>
            )}
          </span>
        }
        actions={<RecordActions recordType={recordType} record={record} onChanged={refresh} />}
      />
      <PageColumns
        middleLabel={wide ? t('page.parts.main') : undefined}
        left={<FieldList recordType={recordType} record={record} />}
        middle={
          type === 'activities' ? (
            <>
              <div className="panel">
                <ActivityLine activity={record} onChanged={(changed) => putRecord(client, type, changed)} />
              </div>
              <History recordType={recordType} id={record.id} canRestore={recordType.rights.edit} />
            </>
          ) : hasTimeline ? (
            <>
              {mayWrite && (
                <Composer
                  about={{ type, id: record.id, name: title }}
                  fixed={{ contact: record.id, ...(customer && { customer: customer.id }) }}
                  onSaved={refresh}
                />
              )}
              <Timeline recordType={recordType} id={record.id} onActivityChanged={refresh} />
            </>
          ) : (
            <>
              {Middle && <Middle recordType={recordType} record={record} refresh={refresh} />}
              {wide && attached}
              <History recordType={recordType} id={record.id} canRestore={recordType.rights.edit} />
            </>
          )
        }
        right={
          (attached && !wide) || recordType.aboutPeople || Side ? (
            <>
              {Side && <Side recordType={recordType} record={record} refresh={refresh} />}
              {recordType.aboutPeople && <PrivacyPanel recordType={recordType} record={record} />}
              {!wide && attached}
            </>
          ) : null
        }
      />
    </div>
  );
}
