import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get, post, remove } from '../api/client';
import { sentence } from '../api/problem';
import { useRecordTypes } from '../api/queries';
import type { Reference } from '../api/types';
import { labelOf } from '../language';
import { DayInput } from '../activities/DayInput';
import { Dialog } from '../look/Dialog';
import { Select } from '../look/Select';
import { formatDate, formatRelative } from '../look/format';
import { Button, Checkbox, Empty, Failure, IconButton, Labelled, Skeleton, TextInput } from '../look/parts';
import { toast } from '../look/toast';
import { CopyButton } from '../records/fields/CopyButton';
import { AdminPage } from './AdminPage';

interface Token {
  id: string;
  name: string;
  user?: Reference | null;
  createdAt?: string;
  lastUsedAt?: string | null;
  expiresAt?: string | null;
  scope?: string[];
  lastAddress?: string | null;
  /** Only in the answer that makes it. */
  token?: string;
}

const tokensKey = ['tokens'];

/** The choices that most programs need; the command line takes any scope. */
const scopes = ['all', 'read', 'write', 'readSome', 'writeSome'] as const;
type Scope = (typeof scopes)[number];

function scopeWords(scope: Scope, types: ReadonlySet<string>): string[] {
  if (scope === 'all') return ['*'];
  if (scope === 'read' || scope === 'write') return [scope];
  return [...types].map((type) => `${type}:${scope === 'readSome' ? 'read' : 'write'}`);
}

/** Tokens for programs: made here, shown once, revoked at once. */
export function TokensPage() {
  const { t } = useTranslation('admin');
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const tokens = useQuery({
    queryKey: tokensKey,
    queryFn: async ({ signal }) => {
      const answer = await get<Token[] | { items: Token[] }>('/tokens', { signal });
      return Array.isArray(answer) ? answer : answer.items;
    },
  });

  const revoke = async (token: Token) => {
    try {
      await remove(`/tokens/${token.id}`);
      await client.invalidateQueries({ queryKey: tokensKey });
      toast({ text: t('tokens.revoked', { name: token.name }) });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
  };

  return (
    <AdminPage
      name="tokens"
      actions={
        <>
          <Link className="button button-plain" to="/api">
            {t('tokens.try')}
          </Link>
          <Button kind="primary" icon="plus" onClick={() => setAdding(true)}>
            {t('tokens.add')}
          </Button>
        </>
      }
    >
      {tokens.isLoading && <Skeleton lines={4} />}
      {tokens.isError && <Failure message={sentence(tokens.error)} onRetry={() => void tokens.refetch()} />}
      {tokens.data?.length === 0 && (
        <Empty
          icon="link"
          title={t('tokens.none')}
          action={<Button onClick={() => setAdding(true)}>{t('tokens.add')}</Button>}
        >
          {t('tokens.noneHint')}
        </Empty>
      )}
      {(tokens.data?.length ?? 0) > 0 && (
        <div className="admin-table">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('tokens.name')}</th>
                <th scope="col">{t('tokens.user')}</th>
                <th scope="col">{t('tokens.scope')}</th>
                <th scope="col">{t('tokens.created')}</th>
                <th scope="col">{t('tokens.used')}</th>
                <th scope="col">{t('tokens.expires')}</th>
                <th>
                  <span className="visually-hidden">{t('actions')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {tokens.data!.map((token) => (
                <tr key={token.id}>
                  <td>{token.name}</td>
                  <td>{token.user?.name}</td>
                  <td>
                    {(token.scope ?? ['*']).map((word) => (word === '*' ? t('tokens.everything') : word)).join(' ')}
                  </td>
                  <td>{formatDate(token.createdAt)}</td>
                  <td title={token.lastAddress ?? undefined}>
                    {token.lastUsedAt ? formatRelative(token.lastUsedAt) : t('tokens.never')}
                  </td>
                  <td>{token.expiresAt ? formatDate(token.expiresAt) : t('tokens.noEnd')}</td>
                  <td className="admin-actions">
                    <IconButton
                      icon="trash"
                      size="small"
                      label={t('tokens.revoke', { name: token.name })}
                      onClick={() => void revoke(token)}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {adding && (
        <NewToken
          onClose={() => {
            setAdding(false);
            void client.invalidateQueries({ queryKey: tokensKey });
          }}
        />
      )}
    </AdminPage>
  );
}

function NewToken({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('admin');
  const [name, setName] = useState('');
  const [until, setUntil] = useState('');
  const [scope, setScope] = useState<Scope>('all');
  const [types, setTypes] = useState<ReadonlySet<string>>(new Set());
  const nouns = (useRecordTypes().data ?? []).filter((noun) => noun.type !== 'roles');
  const [made, setMade] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  const make = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const token = await post<Token>('/tokens', {
        name: name.trim(),
        expiresAt: until ? `${until}T23:59:59Z` : null,
        scope: scopeWords(scope, types),
      });
      setMade(token.token ?? '');
    } catch (error) {
      setFailure(sentence(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={t('tokens.add')}
      onClose={onClose}
      firm={made !== null}
      footer={
        made !== null ? (
          <Button kind="primary" onClick={onClose}>
            {t('tokens.kept')}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{t('cancel')}</Button>
            <Button
              kind="primary"
              busy={busy}
              disabled={!name.trim() || scopeWords(scope, types).length === 0}
              onClick={() => void make()}
            >
              {t('tokens.make')}
            </Button>
          </>
        )
      }
    >
      {made !== null ? (
        <div className="admin-secret">
          <p>{t('tokens.once')}</p>
          <p className="admin-secret-text">
            <code>{made}</code>
            <CopyButton text={made} label={t('tokens.token')} />
          </p>
          <p className="meta">
            <code>Authorization: Bearer …</code>
          </p>
        </div>
      ) : (
        <div className="admin-form">
          <Labelled label={t('tokens.name')} htmlFor="token-name" help={t('tokens.nameHelp')} error={failure}>
            <TextInput
              id="token-name"
              autoFocus
              value={name}
              maxLength={60}
              onChange={(event) => setName(event.target.value)}
            />
          </Labelled>
          <Labelled label={t('tokens.scope')} htmlFor="token-scope" help={t('tokens.scopeHelp')}>
            <Select
              id="token-scope"
              label={t('tokens.scope')}
              value={scope}
              options={scopes.map((name) => ({ value: name, label: t(`tokens.scopes.${name}`) }))}
              onChange={(value) => setScope(value as Scope)}
            />
          </Labelled>
          {(scope === 'readSome' || scope === 'writeSome') && (
            <div className="admin-functions" role="group" aria-label={t('tokens.types')}>
              {nouns.map((noun) => (
                <Checkbox
                  key={noun.type}
                  label={labelOf(noun.labels, noun.type)}
                  checked={types.has(noun.type)}
                  onChange={(event) =>
                    setTypes((old) => {
                      const next = new Set(old);
                      if (event.target.checked) next.add(noun.type);
                      else next.delete(noun.type);
                      return next;
                    })
                  }
                />
              ))}
            </div>
          )}
          <Labelled label={t('tokens.expires')} htmlFor="token-until" help={t('tokens.expiresHelp')}>
            <DayInput id="token-until" label={t('tokens.expires')} value={until} onChange={setUntil} />
          </Labelled>
        </div>
      )}
    </Dialog>
  );
}
