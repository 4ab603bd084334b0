import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Navigate } from 'react-router';
import { Composer, useMayWrite } from '../activities/Composer';
import { referenceOf } from '../activities/activity';
import { useNow } from '../activities/useNow';
import { keys, useRecord, useRecordType } from '../api/queries';
import type { AnyRecord, RecordType } from '../api/types';
import { Skeleton } from '../look/parts';
import { CopyButton } from '../records/fields/CopyButton';
import { FieldValue } from '../records/fields/FieldValue';
import { isEmpty } from '../records/fields/values';
import { FieldList } from '../records/page/FieldList';
import { PageColumns, useNarrow } from '../records/page/PageColumns';
import { RecordActions } from '../records/page/RecordActions';
import { PageFailure } from '../records/page/RecordPage';
import { Timeline } from '../records/timeline/Timeline';
import { PageBar } from '../shell/PageBar';
import { CustomerPanels } from './CustomerPanels';
import { daysSince, type Overview, useOverview } from './overview';
import { SegmentChips } from '../segments/SegmentChips';
import { DaysLeft, PoolActions } from '../trust/PoolActions';
import './customers.css';

/** The customer on one page: who they are, what happened, who and what belongs to them. One request. */
export default function CustomerPage({ type, id }: { type: string; id: string }) {
  const recordType = useRecordType(type);
  const overview = useOverview(id);
  const failure = recordType.error ?? (overview.data ? null : overview.error);
  if (failure)
    return (
      <PageFailure
        type={type}
        failure={failure}
        onRetry={() => void Promise.all([recordType.refetch(), overview.refetch()])}
      />
    );
  if (!recordType.data || !overview.data) return <Skeleton lines={10} />;
  // It was merged into another: its address leads there.
  if (overview.data.customer.id !== id) return <Navigate to={`/customers/${overview.data.customer.id}`} replace />;
  return (
    <Loaded
      recordType={withRights(recordType.data, overview.data.may)}
      overview={overview.data}
      updatedAt={overview.dataUpdatedAt}
    />
  );
}

function Loaded({
  recordType,
  overview,
  updatedAt,
}: {
  recordType: RecordType;
  overview: Overview;
  updatedAt: number;
}) {
  const client = useQueryClient();
  const { id } = overview.customer;
  const customer = useRecord('customers', id).data ?? overview.customer;
  const name = String(customer.name ?? '');
  const narrow = useNarrow();
  const mayWrite = useMayWrite();
  const refresh = () => {
    void client.invalidateQueries({ queryKey: keys.record('customers', id) });
    void client.invalidateQueries({ queryKey: keys.home });
  };

  return (
    <div className="record-page">
      <PageBar
        title={
          <span className="field-copyable">
            <span className="ellipsis">{name}</span>
            <CopyButton text={name} label={name} />
          </span>
        }
        documentTitle={name}
        aside={<Facts recordType={recordType} customer={customer} />}
        actions={
          <>
            <PoolActions customer={customer} onChanged={refresh} />
            <RecordActions
              recordType={recordType}
              record={customer}
              following={overview.following}
              onChanged={refresh}
            />
          </>
        }
      />
      <PageColumns
        lead={
          <>
            {name.length > 11 && <p className="customer-name">{name}</p>}
            <Facts recordType={recordType} customer={customer} onPhone />
          </>
        }
        left={
          <>
            <SegmentChips customer={id} />
            <FieldList recordType={recordType} record={customer} without={['name']} />
          </>
        }
        middle={
          <>
            {mayWrite && (
              <Composer
                about={{ type: 'customers', id, name }}
                fixed={{ customer: id }}
                contacts={overview.contacts.map((contact) => ({ id: contact.id, name: String(contact.name) }))}
                onSaved={refresh}
              />
            )}
            <Timeline
              recordType={recordType}
              id={id}
              first={overview.timeline}
              firstAt={updatedAt}
              onActivityChanged={refresh}
              withoutOpen={!narrow}
            />
          </>
        }
        right={<CustomerPanels overview={overview} recordType={recordType} onChanged={refresh} />}
      />
    </div>
  );
}

/** The rights of the role on customers, cut down to this one. */
function withRights(recordType: RecordType, may: Overview['may']): RecordType {
  if (!may) return recordType;
  const { rights } = recordType;
  return {
    ...recordType,
    rights: {
      ...rights,
      edit: rights.edit && may.edit,
      delete: rights.delete && may.delete,
      share: rights.share && may.edit,
    },
  };
}

/** What one wants to know before saying hello: level, stage, owner, and how long nobody called. */
function Facts({
  recordType,
  customer,
  onPhone = false,
}: {
  recordType: RecordType;
  customer: AnyRecord;
  onPhone?: boolean;
}) {
  const { t } = useTranslation('record');
  const owner = referenceOf(customer.owner);
  const team = referenceOf(customer.team);
  const days = daysSince(customer.lastActivityAt, useNow());
  const chip = (name: string) => {
    const field = recordType.fields.find((candidate) => candidate.name === name);
    return field && !isEmpty(customer[name]) ? <FieldValue field={field} value={customer[name]} compact /> : null;
  };
  const phone = onPhone ? recordType.fields.find((field) => field.name === 'phone') : undefined;
  return (
    <div className="customer-facts" data-phone={onPhone || undefined}>
      {chip('level')}
      {chip('stage')}
      <DaysLeft customer={customer} />
      <span className="meta">
        {owner ? [owner.name, team?.name].filter(Boolean).join(' · ') : t('customer.noOwner')}
      </span>
      <span className="meta" data-long={days !== null && days > 30 ? true : undefined}>
        {days === null
          ? t('customer.neverContacted')
          : days === 0
            ? t('customer.contactedToday')
            : t('customer.daysSince', { count: days })}
      </span>
      {phone && !isEmpty(customer.phone) && <FieldValue field={phone} value={customer.phone} />}
    </div>
  );
}
