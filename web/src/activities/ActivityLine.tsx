import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { sentence } from '../api/problem';
import { useRecordTypes } from '../api/queries';
import { useSession } from '../api/session';
import type { AnyRecord } from '../api/types';
import { formatInstant, formatRelative } from '../look/format';
import { Icon } from '../look/icons';
import { hasCommandKey, isComposing } from '../look/keys';
import { Button, IconButton } from '../look/parts';
import { Menu, useAnchor } from '../look/popover';
import { toast } from '../look/toast';
import { completeActivity, reopenActivity, snoozeActivity } from './actions';
import { iconOfKind, isOpen, isOverdue, kindOf, momentOf, referenceOf } from './activity';
import { type LocalMoment, localMoment, pickDate, quickPicks, toInstant } from './nextStep';
import { useNow } from './useNow';
import { NextStepPicker, usualTime } from './NextStepPicker';
import './activities.css';

export interface ActivityLineProps {
  activity: AnyRecord;
  /** Called with the activity as it is after completing, reopening or snoozing. */
  onChanged: (activity: AnyRecord) => void;
  /** The page of the customer itself need not name it again. */
  showCustomer?: boolean;
}

/** One thing to do: complete it with a result and the next step, or put it off, without leaving the page. */
export function ActivityLine({ activity, onChanged, showCustomer = true }: ActivityLineProps) {
  const { t } = useTranslation('activity');
  const { me } = useSession();
  const menu = useAnchor();
  const [finishing, setFinishing] = useState(false);
  const [busy, setBusy] = useState(false);
  const open = isOpen(activity);
  const mayEdit = useRecordTypes().data?.find(({ type }) => type === 'activities')?.rights.edit ?? true;
  const kind = kindOf(activity);
  const moment = momentOf(activity);
  const now = useNow();
  const overdue = isOverdue(activity, now);
  const customer = referenceOf(activity.customer);
  const contact = referenceOf(activity.contact);
  const subject = String(activity.subject ?? t(`kind.${kind}`));

  const run = async (work: () => Promise<AnyRecord>, done: string, undo?: () => Promise<AnyRecord>) => {
    setBusy(true);
    try {
      const changed = await work();
      onChanged({ ...activity, ...changed });
      setFinishing(false);
      toast({
        text: done,
        undo:
          undo &&
          (() =>
            void undo().then(
              (back) => onChanged({ ...activity, ...back }),
              (error) => toast({ text: sentence(error), kind: 'error' }),
            )),
      });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    } finally {
      setBusy(false);
    }
  };

  const snooze = (date: string) => {
    const time = moment ? localMoment(new Date(moment), me.timeZone).time : usualTime;
    const until = toInstant({ date, time }, me.timeZone).toISOString();
    const before = moment;
    void run(
      () => snoozeActivity(activity.id, until),
      t('snoozed', { date: formatInstant(until) }),
      before && Date.parse(before) > now.getTime() ? () => snoozeActivity(activity.id, before) : undefined,
    );
  };

  const today = localMoment(now, me.timeZone).date;
  return (
    <div className="activity-line" data-open={open || undefined}>
      {open ? (
        <button
          type="button"
          className="activity-check"
          disabled={busy || !mayEdit}
          aria-expanded={finishing}
          aria-label={t('complete', { subject })}
          title={t('completeShort')}
          onClick={() => setFinishing(!finishing)}
        />
      ) : (
        <button
          type="button"
          className="activity-check"
          data-done
          disabled={busy || !mayEdit}
          aria-label={t('reopen', { subject })}
          title={t('reopenShort')}
          onClick={() => void run(() => reopenActivity(activity.id), t('reopened'))}
        >
          <Icon name="check" size={12} />
        </button>
      )}
      <span className="activity-kind" title={t(`kind.${kind}`)}>
        <Icon name={iconOfKind(kind)} size={16} />
        <span className="visually-hidden">{t(`kind.${kind}`)}</span>
      </span>
      <span className="activity-words">
        <Link to={`/activities/${activity.id}`} className="activity-subject ellipsis">
          {subject}
        </Link>
        {showCustomer && customer && (
          <Link to={`/customers/${customer.id}`} className="meta ellipsis">
            {customer.name}
            {contact && ` · ${contact.name}`}
          </Link>
        )}
        {!showCustomer && contact && <span className="meta ellipsis">{contact.name}</span>}
      </span>
      {moment && (
        <time
          className="meta activity-when"
          dateTime={moment}
          title={formatInstant(moment)}
          data-overdue={overdue || undefined}
        >
          {overdue && <span className="visually-hidden">{t('overdue')} </span>}
          {formatRelative(moment)}
        </time>
      )}
      {open && mayEdit && (
        <IconButton
          icon="clock"
          size="small"
          label={t('snooze', { subject })}
          aria-haspopup="menu"
          disabled={busy}
          onClick={(event) => menu.open(event.currentTarget)}
        />
      )}
      {menu.isOpen && (
        <Menu
          anchor={menu.anchor}
          label={t('snoozeShort')}
          align="end"
          onClose={menu.close}
          items={quickPicks.map((pick) => ({
            key: pick,
            label: t(`pick.${pick}`),
            hint: pickDate(pick, today).slice(5),
            onSelect: () => snooze(pickDate(pick, today)),
          }))}
        />
      )}
      {finishing && (
        <Finish
          busy={busy}
          onCancel={() => setFinishing(false)}
          onDone={(result, next) =>
            void run(
              () =>
                completeActivity(activity.id, {
                  result: result || undefined,
                  next: next ? { at: toInstant(next, me.timeZone).toISOString() } : undefined,
                }),
              t('completed'),
              next ? undefined : () => reopenActivity(activity.id),
            )
          }
        />
      )}
    </div>
  );
}

function Finish({
  busy,
  onDone,
  onCancel,
}: {
  busy: boolean;
  onDone: (result: string, next: LocalMoment | null) => void;
  onCancel: () => void;
}) {
  const { t } = useTranslation('activity');
  const [result, setResult] = useState('');
  const [next, setNext] = useState<LocalMoment | null>(null);
  return (
    <form
      className="activity-finish"
      onSubmit={(event) => {
        event.preventDefault();
        onDone(result.trim(), next);
      }}
      onKeyDown={(event) => {
        if (isComposing(event)) return;
        event.stopPropagation();
        if (event.key === 'Escape') onCancel();
        if (event.key === 'Enter' && hasCommandKey(event)) onDone(result.trim(), next);
      }}
    >
      <input
        className="text-input"
        autoFocus
        aria-label={t('result')}
        placeholder={t('resultPlaceholder')}
        value={result}
        maxLength={2000}
        onKeyDown={(event) => {
          // The browser submits a form on Enter even while an input method is choosing a word.
          if (event.key === 'Enter' && isComposing(event)) event.preventDefault();
        }}
        onChange={(event) => setResult(event.target.value)}
      />
      <NextStepPicker label={t('next.label')} value={next} onChange={setNext} />
      <div className="activity-finish-actions">
        <Button onClick={onCancel}>{t('cancel')}</Button>
        <Button kind="primary" type="submit" busy={busy}>
          {next ? t('completeAndNext') : t('completeShort')}
        </Button>
      </div>
    </form>
  );
}
