import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../api/client';
import { sentence } from '../api/problem';
import { deviceName } from '../api/signIn';
import type { Reference } from '../api/types';
import { formatInstant } from '../look/format';
import { Button, Empty, Failure, Labelled, Skeleton, TextInput } from '../look/parts';
import { AdminPage } from './AdminPage';
import { useDirectory } from './directory';
import { Choose } from './Choose';
import { TableRegion } from './TableRegion';

interface SecurityEvent {
  id: string;
  at: string;
  kind: string;
  user?: Reference;
  actor?: Reference;
  address: string | null;
  device: string | null;
  detail: string | null;
}

const kinds = [
  'sign-in',
  'sign-in.begun',
  'sign-in.failed',
  'sign-in.new-device',
  'sign-out',
  'session.end',
  'step-up',
  'network.refused',
  'access.refused',
  'password.set',
  'password.link',
  'authenticator.add',
  'authenticator.remove',
  'passkey.add',
  'passkey.remove',
  'recovery-code.used',
  'recovery-codes.new',
  'second-factor.reset',
  'token.create',
  'token.revoke',
  'provider.link',
  'provider.unlink',
  'provider.change',
  'provider.remove',
  'policy.change',
  'user.disable',
  'user.role',
];

/** Who signed in, who tried to, what was changed about it. The same facts stand in the ledger, beyond change. */
export function SecurityEventsPage() {
  const { t } = useTranslation(['security', 'admin']);
  const users = useDirectory('users').data ?? [];
  const [user, setUser] = useState('');
  const [kind, setKind] = useState('');
  const [address, setAddress] = useState('');
  const query = { user, kind, address: address.trim() };
  const events = useInfiniteQuery({
    queryKey: ['security-events', query],
    queryFn: ({ pageParam, signal }) =>
      get<{ items: SecurityEvent[]; next: string | null }>('/security-events', {
        signal,
        query: { ...query, limit: 100, cursor: pageParam },
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const items = (events.data?.pages ?? []).flatMap((page) => page.items);
  const words = (name: string) => (kinds.includes(name) ? t(`events.kinds.${name.replace(/\./g, '_')}`) : name);

  return (
    <AdminPage name="securityEvents">
      <div className="admin-tools admin-ledger-filter">
        <Choose
          id="events-user"
          label={t('events.person')}
          all={t('events.all')}
          value={user}
          onChange={setUser}
          options={users.map((one) => ({ value: one.id, label: String(one.name) }))}
        />
        <Choose
          id="events-kind"
          label={t('events.kind')}
          all={t('events.all')}
          value={kind}
          onChange={setKind}
          options={kinds.map((name) => ({ value: name, label: words(name) }))}
        />
        <Labelled label={t('events.address')} htmlFor="events-address">
          <TextInput id="events-address" value={address} onChange={(event) => setAddress(event.target.value)} />
        </Labelled>
      </div>
      {events.isLoading && <Skeleton lines={8} />}
      {events.isError && <Failure message={sentence(events.error)} onRetry={() => void events.refetch()} />}
      {events.isSuccess && items.length === 0 && (
        <Empty icon="note" title={t('events.none')}>
          {t('events.noneHint')}
        </Empty>
      )}
      {items.length > 0 && (
        <TableRegion label={t('pages.securityEvents.title', { ns: 'admin' })}>
          <thead>
            <tr>
              <th scope="col">{t('events.at')}</th>
              <th scope="col">{t('events.kind')}</th>
              <th scope="col">{t('events.person')}</th>
              <th scope="col">{t('events.from')}</th>
              <th scope="col">{t('events.detail')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={item.id}>
                <td className="admin-nowrap">{formatInstant(item.at, true)}</td>
                <td>{words(item.kind)}</td>
                <td>
                  {item.user?.name ?? '—'}
                  {item.actor && item.actor.id !== item.user?.id && (
                    <span className="meta admin-sentence">{t('events.by', { name: item.actor.name })}</span>
                  )}
                </td>
                <td title={item.device ?? undefined}>
                  {item.address}
                  {item.device && <span className="meta admin-sentence">{deviceName(item.device)}</span>}
                </td>
                <td>{item.detail}</td>
              </tr>
            ))}
          </tbody>
        </TableRegion>
      )}
      {events.hasNextPage && (
        <Button busy={events.isFetchingNextPage} onClick={() => void events.fetchNextPage()}>
          {t('events.more')}
        </Button>
      )}
    </AdminPage>
  );
}
