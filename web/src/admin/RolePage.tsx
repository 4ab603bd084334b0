import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { get } from '../api/client';
import { sentence } from '../api/problem';
import { useRecord, useRecordTypes, useSaveRecord } from '../api/queries';
import type { AnyRecord, Labels } from '../api/types';
import { labelOf } from '../language';
import { Button, Checkbox, Failure, Labelled, Skeleton, TextInput } from '../look/parts';
import { toast } from '../look/toast';
import { AdminPage } from './AdminPage';
import { useForgetDirectory } from './directory';
import { FieldRightsTable } from './FieldRightsTable';
import { type FieldRights, type Scopes, tidy } from './rights';
import { ScopeTable } from './ScopeTable';

interface AdminFunction {
  name: string;
  labels: Labels;
}

const ruled = new Set(['users', 'teams', 'roles']);

export function RolePage() {
  const { id = '' } = useParams();
  const role = useRecord('roles', id);
  if (role.error) return <Failure message={sentence(role.error)} onRetry={() => void role.refetch()} />;
  if (!role.data) return <Skeleton lines={10} />;
  return <Editor key={role.data.id} role={role.data} />;
}

/** One role: which records, which functions, which fields; with a sentence that says what it comes to. */
function Editor({ role }: { role: AnyRecord }) {
  const { t } = useTranslation('admin');
  const save = useSaveRecord('roles');
  const forget = useForgetDirectory();
  const types = (useRecordTypes().data ?? []).filter(({ type }) => !ruled.has(type));
  const functions = useQuery({
    queryKey: ['functions'],
    queryFn: async ({ signal }) => {
      const answer = await get<AdminFunction[] | { items: AdminFunction[] }>('/functions', { signal });
      return Array.isArray(answer) ? answer : answer.items;
    },
    staleTime: Infinity,
  });
  const [name, setName] = useState(String(role.name ?? ''));
  const [granted, setGranted] = useState<ReadonlySet<string>>(() => new Set((role.functions as string[] | null) ?? []));
  const [scopes, setScopes] = useState<Scopes>(() => (role.scopes as unknown as Scopes | null) ?? {});
  const [rights, setRights] = useState<FieldRights>(() => (role.fieldRights as unknown as FieldRights | null) ?? {});
  const [failure, setFailure] = useState<string | null>(null);
  const fixed = role.key === 'administrator';

  const store = async () => {
    setFailure(null);
    try {
      await save.mutateAsync({
        id: role.id,
        version: role.version,
        values: {
          name: name.trim(),
          functions: [...granted],
          scopes: scopes as never,
          fieldRights: lifted(role.fieldRights as unknown as FieldRights | null, tidy(rights)) as never,
        },
      });
      forget();
      toast({ text: t('roles.saved', { name: name.trim() }) });
    } catch (error) {
      setFailure(sentence(error));
    }
  };

  return (
    <AdminPage
      name="roles"
      title={String(role.name)}
      actions={
        <Button kind="primary" busy={save.isPending} disabled={fixed || !name.trim()} onClick={() => void store()}>
          {t('save')}
        </Button>
      }
    >
      <p>
        <Link to="/admin/roles">{t('roles.back')}</Link>
      </p>
      {fixed && <p className="record-notice">{t('roles.fixedHint')}</p>}
      {failure && (
        <p className="record-notice" data-kind="error" role="alert">
          {failure}
        </p>
      )}
      <section className="panel">
        <Labelled label={t('roles.name')} htmlFor="role-name">
          <TextInput
            id="role-name"
            className="admin-short"
            value={name}
            disabled={fixed}
            maxLength={60}
            onChange={(event) => setName(event.target.value)}
          />
        </Labelled>
      </section>
      <section className="panel" aria-label={t('roles.scopes')}>
        <h2>{t('roles.scopes')}</h2>
        <p className="meta">{t('roles.scopesHint')}</p>
        <ScopeTable types={types} scopes={scopes} disabled={fixed} onChange={setScopes} />
      </section>
      <section className="panel" aria-label={t('roles.functions')}>
        <h2>{t('roles.functions')}</h2>
        <div className="admin-functions">
          {(functions.data ?? []).map((entry) => (
            <Checkbox
              key={entry.name}
              label={labelOf(entry.labels, entry.name)}
              disabled={fixed}
              checked={fixed || granted.has(entry.name)}
              onChange={(event) => {
                const next = new Set(granted);
                if (event.target.checked) next.add(entry.name);
                else next.delete(entry.name);
                setGranted(next);
              }}
            />
          ))}
        </div>
      </section>
      <section className="panel" aria-label={t('roles.fields')}>
        <h2>{t('roles.fields')}</h2>
        <p className="meta">{t('roles.fieldsHint')}</p>
        <FieldRightsTable types={types} rights={rights} disabled={fixed} onChange={setRights} />
      </section>
    </AdminPage>
  );
}

/** A limit that was lifted is said in words, so that it is gone whether the server merges the object or replaces it. */
export function lifted(before: FieldRights | null, now: FieldRights): FieldRights {
  const all: FieldRights = {};
  for (const type of new Set([...Object.keys(before ?? {}), ...Object.keys(now)]))
    all[type] = {
      ...Object.fromEntries(Object.keys(before?.[type] ?? {}).map((field) => [field, 'edit' as const])),
      ...now[type],
    };
  return all;
}
