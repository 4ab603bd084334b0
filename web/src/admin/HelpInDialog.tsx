import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post } from '../api/client';
import { sentence } from '../api/problem';
import type { AnyRecord } from '../api/types';
import { Dialog } from '../look/Dialog';
import { formatInstant } from '../look/format';
import { Button, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import { CopyButton } from '../records/fields/CopyButton';

interface Theirs {
  password: boolean;
  authenticator: boolean;
  passkeys: number;
  recoveryCodesLeft: number;
  items: unknown[];
}

/** Helps a colleague who cannot get in, or whose device was lost. */
export function HelpInDialog({ user, onClose }: { user: AnyRecord; onClose: () => void }) {
  const { t } = useTranslation('security');
  const [link, setLink] = useState<{ text: string; ends: string } | null>(null);
  const name = String(user.name ?? '');
  const theirs = useQuery({
    queryKey: ['users', user.id, 'security'],
    queryFn: ({ signal }) => get<Theirs>(`/users/${user.id}/security`, { signal }),
    staleTime: 0,
  });
  const run = async (work: () => Promise<string | void>) => {
    try {
      const text = await work();
      if (text) toast({ text });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
    void theirs.refetch();
  };

  return (
    <Dialog
      title={t('help.title', { name })}
      onClose={onClose}
      firm={link !== null}
      footer={<Button onClick={onClose}>{t('close')}</Button>}
    >
      {theirs.isLoading && <Skeleton lines={3} />}
      {theirs.isError && <p role="alert">{sentence(theirs.error)}</p>}
      {theirs.data && (
        <div className="admin-form">
          <p className="meta">
            {[
              t(theirs.data.password ? 'help.hasPassword' : 'help.noPassword'),
              theirs.data.authenticator && t('help.hasAuthenticator'),
              t('help.passkeys', { count: theirs.data.passkeys }),
              t('help.sessions', { count: theirs.data.items.length }),
            ]
              .filter(Boolean)
              .join(' · ')}
          </p>
          {link ? (
            <div className="admin-secret">
              <p>{t('help.linkOnce', { name, until: formatInstant(link.ends) })}</p>
              <p className="admin-secret-text">
                <code>{link.text}</code>
                <CopyButton text={link.text} label={t('help.link')} />
              </p>
            </div>
          ) : (
            <Button
              onClick={() =>
                void run(async () => {
                  const made = await post<{ link: string; expiresAt: string }>(`/users/${user.id}:reset-password`);
                  setLink({ text: location.origin + made.link, ends: made.expiresAt });
                })
              }
            >
              {t('help.link')}
            </Button>
          )}
          <Button
            disabled={!theirs.data.authenticator && theirs.data.passkeys === 0}
            onClick={() =>
              void run(async () => {
                await post(`/users/${user.id}:reset-factors`);
                return t('help.factorsGone', { name });
              })
            }
          >
            {t('help.factors')}
          </Button>
          <Button
            icon="signOut"
            disabled={theirs.data.items.length === 0}
            onClick={() =>
              void run(async () => {
                await post(`/users/${user.id}:sign-out`);
                return t('help.signedOut', { name });
              })
            }
          >
            {t('help.signOut')}
          </Button>
        </div>
      )}
    </Dialog>
  );
}
