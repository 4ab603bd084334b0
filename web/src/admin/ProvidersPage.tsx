import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post, remove } from '../api/client';
import { sentence } from '../api/problem';
import { Button, Chip, Empty, Failure, IconButton, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import { CopyButton } from '../records/fields/CopyButton';
import { AdminPage } from './AdminPage';
import { type Provider, ProviderDialog } from './ProviderDialog';

const providersKey = ['sign-in', 'all-providers'];

/** Other places where people may sign in, by OpenID Connect. */
export function ProvidersPage() {
  const { t } = useTranslation('security');
  const client = useQueryClient();
  const [editing, setEditing] = useState<Provider | 'new' | null>(null);
  const providers = useQuery({
    queryKey: providersKey,
    queryFn: ({ signal }) => get<{ callback: string; items: Provider[] }>('/sign-in/providers', { signal }),
  });
  const run = async (work: () => Promise<string>) => {
    try {
      toast({ text: await work() });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
    void client.invalidateQueries({ queryKey: ['sign-in'] });
  };

  return (
    <AdminPage
      name="providers"
      actions={
        <Button kind="primary" icon="plus" onClick={() => setEditing('new')}>
          {t('providers.add')}
        </Button>
      }
    >
      {providers.data && (
        <div className="admin-secret">
          <p className="meta">{t('providers.callback')}</p>
          <p className="admin-secret-text">
            <code>{providers.data.callback}</code>
            <CopyButton text={providers.data.callback} label={t('providers.callback')} />
          </p>
        </div>
      )}
      {providers.isLoading && <Skeleton lines={4} />}
      {providers.isError && <Failure message={sentence(providers.error)} onRetry={() => void providers.refetch()} />}
      {providers.data?.items.length === 0 && (
        <Empty icon="link" title={t('providers.none')}>
          {t('providers.noneHint')}
        </Empty>
      )}
      {(providers.data?.items.length ?? 0) > 0 && (
        <div className="admin-table">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('providers.name')}</th>
                <th scope="col">{t('providers.issuer')}</th>
                <th scope="col">{t('providers.state')}</th>
                <th>
                  <span className="visually-hidden">{t('actions')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {providers.data!.items.map((provider) => (
                <tr key={provider.id} data-off={provider.active ? undefined : true}>
                  <td>
                    <button type="button" className="record-link" onClick={() => setEditing(provider)}>
                      {provider.name}
                    </button>
                  </td>
                  <td>{provider.issuer}</td>
                  <td>
                    <Chip color={provider.active ? 'green' : 'grey'}>
                      {t(provider.active ? 'providers.on' : 'providers.off')}
                    </Chip>
                  </td>
                  <td className="admin-actions">
                    <Button
                      onClick={() =>
                        void run(async () => {
                          const { keys } = await post<{ keys: number }>(`/sign-in/providers/${provider.id}:check`);
                          return t('providers.checked', { count: keys });
                        })
                      }
                    >
                      {t('providers.check')}
                    </Button>
                    <IconButton
                      icon="trash"
                      size="small"
                      label={t('providers.remove', { name: provider.name })}
                      onClick={() =>
                        void run(async () => {
                          await remove(`/sign-in/providers/${provider.id}`);
                          return t('providers.removed', { name: provider.name });
                        })
                      }
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {editing && (
        <ProviderDialog
          provider={editing === 'new' ? null : editing}
          onClose={() => {
            setEditing(null);
            void client.invalidateQueries({ queryKey: ['sign-in'] });
          }}
        />
      )}
    </AdminPage>
  );
}
