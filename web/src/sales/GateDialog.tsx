import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { post } from '../api/client';
import { sentence } from '../api/problem';
import { keys } from '../api/queries';
import type { AnyRecord } from '../api/types';
import { Dialog } from '../look/Dialog';
import { formatInstant } from '../look/format';
import { Icon } from '../look/icons';
import { Button } from '../look/parts';
import { toast } from '../look/toast';
import { openForm } from '../shell/forms';
import type { Missing } from './board';

interface GateDialogProps {
  deal: AnyRecord & { name?: string };
  missing: Missing[];
  onRetry: () => void;
  onClose: () => void;
}

/** What stands between a deal and its next stage, each with the way to mend it. */
export function GateDialog({ deal, missing, onRetry, onClose }: GateDialogProps) {
  const { t } = useTranslation('sales');
  return (
    <Dialog
      title={t('gate.title', { name: deal.name })}
      onClose={onClose}
      width={560}
      footer={
        <>
          <Button onClick={onClose}>{t('gate.later')}</Button>
          <Button kind="primary" onClick={onRetry}>
            {t('gate.retry')}
          </Button>
        </>
      }
    >
      <p className="meta">{t('gate.intro', { count: missing.length })}</p>
      <GateList deal={deal} items={missing} />
    </Dialog>
  );
}

/** The conditions as a list: met ones ticked, open ones with what mends them. */
export function GateList({ deal, items }: { deal: AnyRecord; items: Missing[] }) {
  return (
    <ul className="gate-list">
      {items.map((item) => (
        <GateLine key={item.condition} deal={deal} item={item} />
      ))}
    </ul>
  );
}

function GateLine({ deal, item }: { deal: AnyRecord; item: Missing }) {
  const { t } = useTranslation('sales');
  const client = useQueryClient();
  const [reason, setReason] = useState<string | null>(null);
  const [asked, setAsked] = useState(false);
  const done = item.met === true || item.excused === true;
  const mend = item.fields.some((field) => field.startsWith('customer.'))
    ? { type: 'customers', id: (deal.customer as { id?: string } | undefined)?.id }
    : { type: 'deals', id: deal.id };

  async function ask() {
    try {
      await post('/gate-exceptions', { deal: deal.id, condition: item.condition, reason });
      setReason(null);
      setAsked(true);
      toast({ text: t('gate.asked') });
      void client.invalidateQueries({ queryKey: keys.records('gate-exceptions') });
    } catch (error) {
      toast({ kind: 'error', text: sentence(error) });
    }
  }

  return (
    <li className={done ? 'gate-met' : 'gate-open'}>
      <Icon name={done ? 'check' : 'warning'} size={16} />
      <div>
        <p>
          {item.label}
          {item.excused && <span className="meta"> · {t('gate.excused')}</span>}
        </p>
        {!done && item.owes && (
          <p className="meta">
            {t('gate.owes', { who: item.owes, since: formatInstant(item.since), due: formatInstant(item.due) })}
          </p>
        )}
        {!done && reason === null && (
          <p className="gate-ways">
            {item.fields.length > 0 && mend.id && (
              <Button kind="ghost" icon="edit" onClick={() => openForm(mend)}>
                {t('gate.fill')}
              </Button>
            )}
            {item.task && <Link to={`/activities/${item.task}`}>{t('gate.task')}</Link>}
            {item.kind === 'document' && <Link to={`/deals/${deal.id}`}>{t('gate.upload')}</Link>}
            {asked ? (
              <span className="meta">{t('gate.waiting')}</span>
            ) : (
              <Button kind="ghost" onClick={() => setReason('')}>
                {item.kind === 'approval' ? t('gate.askApproval') : t('gate.ask')}
              </Button>
            )}
          </p>
        )}
        {reason !== null && (
          <form
            className="gate-ask"
            onSubmit={(event) => {
              event.preventDefault();
              void ask();
            }}
          >
            <input
              className="text-input"
              aria-label={t('gate.reason')}
              placeholder={t('gate.reason')}
              value={reason}
              maxLength={2000}
              // The field appears because its button was pressed.
              ref={(element) => element?.focus()}
              onChange={(event) => setReason(event.target.value)}
            />
            <Button type="submit" kind="primary" disabled={reason.trim() === ''}>
              {t('gate.send')}
            </Button>
            <Button onClick={() => setReason(null)}>{t('gate.cancel')}</Button>
          </form>
        )}
      </div>
    </li>
  );
}
