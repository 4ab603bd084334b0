import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ActivityLine } from '../../activities/ActivityLine';
import { iconOfKind, isOpen, kindOf, referenceOf } from '../../activities/activity';
import { spokenMentions } from '../../activities/mentions';
import type { AnyRecord, RecordType } from '../../api/types';
import { labelOf } from '../../language';
import { formatInstant } from '../../look/format';
import { Icon } from '../../look/icons';
import { FieldValue } from '../fields/FieldValue';
import { isEmpty } from '../fields/values';
import type { FieldChange, HistoryItem, TimelineItem } from './timeline';

interface TimelineEntryProps {
  item: TimelineItem;
  recordType: RecordType;
  onActivityChanged: (activity: AnyRecord) => void;
}

export function TimelineEntry({ item, recordType, onActivityChanged }: TimelineEntryProps) {
  if (item.activity && isOpen(item.activity))
    return (
      <li className="timeline-entry" data-kind="open">
        <ActivityLine
          activity={item.activity}
          showCustomer={recordType.type !== 'customers'}
          onChanged={onActivityChanged}
        />
      </li>
    );
  if (item.activity) return <Done activity={item.activity} at={item.at} withContact={recordType.type !== 'contacts'} />;
  if (item.change) return <Changed change={item.change} recordType={recordType} />;
  if (item.comment)
    return (
      <li className="timeline-entry">
        <Icon name="note" size={16} />
        <div className="timeline-body">
          <p className="timeline-head">
            <strong>{item.comment.actor?.name}</strong>
            <Time at={item.at} />
          </p>
          <p className="timeline-text">{spokenMentions(item.comment.text)}</p>
        </div>
      </li>
    );
  return null;
}

function Done({ activity, at, withContact }: { activity: AnyRecord; at: string; withContact: boolean }) {
  const { t } = useTranslation('activity');
  const kind = kindOf(activity);
  const who = referenceOf(activity.createdBy) ?? referenceOf(activity.owner);
  const contact = referenceOf(activity.contact);
  const subject = spokenMentions(String(activity.subject ?? ''));
  const content = typeof activity.content === 'string' ? spokenMentions(activity.content) : '';
  const text = content && !content.startsWith(subject) ? `${subject}\n${content}` : content || subject;
  return (
    <li className="timeline-entry">
      <Icon name={iconOfKind(kind)} size={16} />
      <div className="timeline-body">
        <p className="timeline-head">
          <strong>{who?.name}</strong>
          <Link to={`/activities/${activity.id}`} className="timeline-kind">
            {t(`kind.${kind}`)}
          </Link>
          {withContact && contact && <Link to={`/contacts/${contact.id}`}>{contact.name}</Link>}
          {activity.status === 'cancelled' && <span className="chip chip-grey">{t('cancelled')}</span>}
          <Time at={at} />
        </p>
        <p className="timeline-text">{text}</p>
        {typeof activity.result === 'string' && activity.result !== '' && (
          <p className="timeline-result">
            <span className="meta">{t('result')}</span> {spokenMentions(activity.result)}
          </p>
        )}
      </div>
    </li>
  );
}

function Changed({ change, recordType }: { change: HistoryItem; recordType: RecordType }) {
  const { t } = useTranslation('record');
  const known = spoken(change.changes, recordType).filter(({ field }) =>
    recordType.fields.some(({ name }) => name === field),
  );
  return (
    <li className="timeline-entry" data-kind="change">
      <Icon name="edit" size={16} />
      <div className="timeline-body">
        <p className="timeline-head">
          <span>{change.actor?.name ?? t('history.system')}</span>
          <span>{actionText(t, change.action)}</span>
          <Time at={change.at} />
        </p>
        {change.action !== 'create' && known.length > 0 && (
          <ul className="timeline-changes">
            {known.slice(0, 4).map((fieldChange) => (
              <li key={fieldChange.field}>
                <ChangeText change={fieldChange} recordType={recordType} />
              </li>
            ))}
            {known.length > 4 && <li className="meta">{t('timeline.moreFields', { count: known.length - 4 })}</li>}
          </ul>
        )}
      </div>
    </li>
  );
}

/** 城市 长沙 → 武汉; of a new record only the value. */
export function ChangeText({
  change,
  recordType,
  isNew = false,
}: {
  change: FieldChange;
  recordType: RecordType;
  isNew?: boolean;
}) {
  const { t } = useTranslation('record');
  const field = recordType.fields.find(({ name }) => name === change.field);
  const side = (value: FieldChange['old']) =>
    isEmpty(value) ? (
      <span className="meta">{t('history.nothing')}</span>
    ) : field ? (
      <FieldValue field={field} value={value} compact />
    ) : (
      String(value)
    );
  return (
    <span className="change-text">
      <span className="meta">{labelOf(field?.labels, change.field)}</span>
      {!isNew && (
        <>
          {side(change.old)}
          <span aria-label={t('history.to')} role="img">
            →
          </span>
        </>
      )}
      {side(change.new)}
    </span>
  );
}

/** Without the keys of what has a name of its own beside it: people know the stage as 报价, not as quote. */
export const spoken = (changes: FieldChange[], { fields }: RecordType) =>
  changes.filter(({ field }) => !fields.some(({ name }) => name === `${field}Name`));

type Translate = (key: string, options?: Record<string, unknown>) => string;

/** The verb of a ledger entry in words; an action we have no words for is shown by its name. */
export function actionText(t: unknown, action: string, area = ''): string {
  return (t as Translate)(`${area}history.actions.${action.replace(/[.:-]/g, '_')}`, { defaultValue: action });
}

function Time({ at }: { at: string }) {
  return (
    <time className="meta timeline-time" dateTime={at} title={formatInstant(at, true)}>
      {formatInstant(at).slice(11)}
    </time>
  );
}
