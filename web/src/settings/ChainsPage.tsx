import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AdminPage } from '../admin/AdminPage';
import { get } from '../api/client';
import { sentence } from '../api/problem';
import { keys } from '../api/queries';
import type { AnyRecord, ListPage } from '../api/types';
import { Button, Chip, Empty, Failure, Skeleton } from '../look/parts';
import { ChainForm } from './ChainForm';
import { type ChainKind, chainOf } from './chains';
import { SignerWords } from './SignerWords';
import './settings.css';

/** Whose word is needed for what: the chains by the matter they are about, in the order in which they are asked. */
export function ChainsPage() {
  const { t } = useTranslation('settings');
  const [edited, setEdited] = useState<AnyRecord | 'new' | null>(null);
  const kinds = useQuery({ queryKey: ['approvals', 'kinds'], queryFn: ({ signal }) => get<{ items: ChainKind[] }>('/approvals/kinds', { signal }) });
  const chains = useQuery({
    queryKey: [...keys.records('approval-definitions'), 'chains'],
    queryFn: ({ signal }) => get<ListPage>('/approval-definitions', { signal, query: { sort: 'priority', limit: 500, fields: 'name,kind,condition,priority,active,definition,note' } }),
  });
  if (edited !== null && kinds.data)
    return <ChainForm kinds={kinds.data.items} record={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />;
  const failed = kinds.error ?? chains.error;
  return (
    <AdminPage
      name="chains"
      actions={
        <Button kind="primary" icon="plus" onClick={() => setEdited('new')}>
          {t('chains.create')}
        </Button>
      }
    >
      {failed ? (
        <Failure message={sentence(failed)} onRetry={() => void Promise.all([kinds.refetch(), chains.refetch()])} />
      ) : !kinds.data || !chains.data ? (
        <Skeleton lines={6} />
      ) : kinds.data.items.length === 0 ? (
        <Empty icon="approval" title={t('chains.none')} />
      ) : (
        kinds.data.items.map((kind) => (
          <section key={kind.kind} className="panel settings-chains">
            <h2>
              {kind.label}
              {kind.typeLabel !== kind.label && <span className="meta"> {kind.typeLabel}</span>}
            </h2>
            <ol>
              {chains.data.items
                .filter((chain) => chain.kind === kind.kind)
                .map((chain) => (
                  <li key={chain.id} data-off={chain.active === false || undefined}>
                    <button type="button" onClick={() => setEdited(chain)}>
                      <strong>{String(chain.name)}</strong>
                      {chain.active === false && <Chip>{t('off')}</Chip>}
                      <span className="meta">{chain.condition ? t('chains.when', { condition: String(chain.condition) }) : t('chains.always')}</span>
                      <SignerWords chain={chainOf(chain.definition)} />
                    </button>
                  </li>
                ))}
              <li className="settings-otherwise">
                <span className="meta">{t('chains.otherwise')}</span>
                <SignerWords chain={kind.otherwise} />
              </li>
            </ol>
          </section>
        ))
      )}
    </AdminPage>
  );
}
