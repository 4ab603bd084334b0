import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { post } from '../api/client';
import { sentence } from '../api/problem';
import { keys, useNotifications } from '../api/queries';
import type { Me, Notification } from '../api/types';
import { formatRelative } from '../look/format';
import { Avatar, Button, Empty, Failure, Skeleton } from '../look/parts';
import { Popover } from '../look/popover';

/** What others did that concerns me; opening one reads it. */
export function NotificationsPanel({ anchor, onClose }: { anchor: HTMLElement | null; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { data, error, refetch } = useNotifications(true);

  const markRead = (which: { ids?: string[]; all?: boolean }) => {
    const readAt = new Date().toISOString();
    const items = (data?.items ?? []).map((item) =>
      !item.readAt && (which.all || which.ids?.includes(item.id)) ? { ...item, readAt } : item,
    );
    const unread = items.filter((item) => !item.readAt).length;
    client.setQueryData(keys.notifications, { items, unread });
    client.setQueryData<Me>(keys.me, (me) => (me ? { ...me, unread } : me));
    post('/notifications:read', which).catch(() => void refetch());
  };

  const open = (item: Notification) => {
    if (!item.readAt) markRead({ ids: [item.id] });
    onClose();
    if (item.type && item.recordId) void navigate(`/${item.type}/${item.recordId}`);
    else if (item.kind === 'new-device') void navigate('/account/security');
    else if (item.kind === 'read-audit') void navigate('/admin/ledger');
  };

  return (
    <Popover
      anchor={anchor}
      label={t('shell.notifications')}
      onClose={onClose}
      side="right"
      width={380}
      className="notifications"
    >
      <header>
        <h2>{t('shell.notifications')}</h2>
        {data && data.unread > 0 && (
          <Button kind="ghost" onClick={() => markRead({ all: true })}>
            {t('shell.readAll')}
          </Button>
        )}
      </header>
      {error ? (
        <Failure message={sentence(error)} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton lines={4} />
      ) : data.items.length === 0 ? (
        <Empty icon="bell" title={t('shell.noNotifications')}>
          {t('shell.noNotificationsHelp')}
        </Empty>
      ) : (
        <ul>
          {data.items.map((item) => (
            <li key={item.id}>
              <button type="button" className={item.readAt ? '' : 'notifications-unread'} onClick={() => open(item)}>
                <Avatar name={item.actor?.name ?? t('product')} size={28} />
                <span>
                  <span>{item.title}</span>
                  {item.text && <span className="meta">{item.text}</span>}
                  <time className="meta" dateTime={item.at}>
                    {formatRelative(item.at)}
                  </time>
                </span>
                {!item.readAt && <i role="img" aria-label={t('shell.unread')} />}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Popover>
  );
}
