import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { post, remove } from '../api/client';
import { sentence } from '../api/problem';
import { providers } from '../api/signIn';
import { Button, IconButton } from '../look/parts';
import { toast } from '../look/toast';
import { type Security, useForget } from './security';

/** Accounts at other providers that open this one. */
export function LinksPanel({ security }: { security: Security }) {
  const { t } = useTranslation('security');
  const forget = useForget();
  const known = useQuery({ queryKey: ['sign-in', 'providers'], queryFn: providers, staleTime: 60_000 });
  if (security.links.length === 0 && (known.data?.length ?? 0) === 0) return null;

  const link = async (provider: string) => {
    try {
      const { address } = await post<{ address: string }>('/me/security/links', { provider, to: '/account/security' });
      location.assign(address);
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
  };
  const unlink = async (provider: string) => {
    try {
      await remove(`/me/security/links/${provider}`);
      toast({ text: t('links.removed') });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
    forget();
  };
  const linked = new Set(security.links.map((one) => one.name));

  return (
    <section className="panel" aria-labelledby="links-title">
      <div className="account-head">
        <h2 id="links-title">{t('links.title')}</h2>
        <span className="account-row">
          {known.data
            ?.filter((provider) => !linked.has(provider.name))
            .map((provider) => (
              <Button key={provider.key} icon="link" onClick={() => void link(provider.key)}>
                {t('links.add', { name: provider.name })}
              </Button>
            ))}
        </span>
      </div>
      <p className="meta">{t('links.purpose')}</p>
      <ul className="account-list">
        {security.links.map((one) => (
          <li key={one.provider}>
            <span>
              <span>{one.name}</span>
              <span className="meta">{one.email}</span>
            </span>
            <IconButton
              icon="trash"
              size="small"
              label={t('links.remove', { name: one.name })}
              onClick={() => void unlink(one.provider)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
