import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, newKey, post, remove } from '../api/client';
import { sentence } from '../api/problem';
import { Dialog } from '../look/Dialog';
import { formatInstant } from '../look/format';
import { Button, IconButton } from '../look/parts';
import { ReferencePicker } from '../look/ReferencePicker';
import { toast } from '../look/toast';
import { approvalsKey, type Delegation } from './approvals';

/** Who decides for me while I am away. */
export function DelegationDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('approvals');
  const [user, setUser] = useState<{ id: string; name: string } | null>(null);
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  const known = useQuery({
    queryKey: [...approvalsKey, 'delegations'],
    queryFn: ({ signal }) => get<{ items: Delegation[] }>('/approvals/delegations', { signal }),
  });
  const run = (work: () => Promise<unknown>) =>
    work().then(
      () => known.refetch(),
      (error: unknown) => toast({ text: sentence(error), kind: 'error' }),
    );
  const arrange = () =>
    run(() =>
      post(
        '/approvals/delegations',
        {
          delegate: user?.id,
          ...(from && { from: new Date(from).toISOString() }),
          until: new Date(until).toISOString(),
        },
        { idempotencyKey: newKey() },
      ),
    );
  return (
    <Dialog
      title={t('away.title')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" disabled={!user || !until} onClick={() => void arrange()}>
            {t('away.arrange')}
          </Button>
        </>
      }
    >
      <div className="approval-form">
        <ul className="approval-away">
          {known.data?.items.map((item) => (
            <li key={item.id}>
              {item.delegateName}
              <span className="meta">
                {formatInstant(item.from)} – {formatInstant(item.until)}
              </span>
              <IconButton
                icon="close"
                size="small"
                label={t('away.end')}
                onClick={() => void run(() => remove(`/approvals/delegations/${item.id}`))}
              />
            </li>
          ))}
        </ul>
        <ReferencePicker
          type="users"
          label={t('away.who')}
          single
          selected={user ? [user.id] : []}
          onToggle={(id, name) => setUser(user?.id === id ? null : { id, name })}
        />
        <label>
          <span>{t('away.from')}</span>
          <input
            className="text-input"
            type="datetime-local"
            value={from}
            onChange={(event) => setFrom(event.target.value)}
          />
        </label>
        <label>
          <span>{t('away.until')}</span>
          <input
            className="text-input"
            type="datetime-local"
            value={until}
            onChange={(event) => setUntil(event.target.value)}
          />
        </label>
      </div>
    </Dialog>
  );
}
