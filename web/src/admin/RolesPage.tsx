import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { post } from '../api/client';
import { sentence } from '../api/problem';
import { referenceOf } from '../activities/activity';
import type { AnyRecord } from '../api/types';
import { Dialog } from '../look/Dialog';
import { Select } from '../look/Select';
import { Button, Failure, Labelled, Skeleton, TextInput } from '../look/parts';
import { AdminPage } from './AdminPage';
import { useDirectory, useForgetDirectory } from './directory';

/** The roles and how many people hold each; a new one starts as a copy. */
export function RolesPage() {
  const { t } = useTranslation('admin');
  const roles = useDirectory('roles');
  const users = useDirectory('users');
  const [adding, setAdding] = useState(false);
  const holders = (role: AnyRecord) =>
    (users.data ?? []).filter((user) => user.active !== false && referenceOf(user.role)?.id === role.id).length;

  return (
    <AdminPage
      name="roles"
      actions={
        <Button kind="primary" icon="plus" onClick={() => setAdding(true)}>
          {t('roles.add')}
        </Button>
      }
    >
      {roles.isLoading && <Skeleton lines={6} />}
      {roles.isError && <Failure message={sentence(roles.error)} onRetry={() => void roles.refetch()} />}
      <ul className="admin-cards">
        {(roles.data ?? []).map((role) => (
          <li key={role.id}>
            <Link to={`/admin/roles/${role.id}`}>{String(role.name)}</Link>
            <span className="meta">{t('roles.holders', { count: holders(role) })}</span>
            {role.key === 'administrator' && <span className="chip chip-amber">{t('roles.fixed')}</span>}
          </li>
        ))}
      </ul>
      {adding && <NewRole roles={roles.data ?? []} onClose={() => setAdding(false)} />}
    </AdminPage>
  );
}

function NewRole({ roles, onClose }: { roles: AnyRecord[]; onClose: () => void }) {
  const { t } = useTranslation('admin');
  const navigate = useNavigate();
  const forget = useForgetDirectory();
  const [name, setName] = useState('');
  const [from, setFrom] = useState(roles.find((role) => role.key === 'seller')?.id ?? '');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  const add = async () => {
    setBusy(true);
    const copied = roles.find((role) => role.id === from);
    try {
      const role = await post<AnyRecord>('/roles', {
        name: name.trim(),
        functions: copied?.functions ?? [],
        scopes: copied?.scopes ?? {},
        fieldRights: copied?.fieldRights ?? {},
      });
      forget();
      void navigate(`/admin/roles/${role.id}`);
    } catch (error) {
      setFailure(sentence(error));
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={t('roles.add')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" busy={busy} disabled={!name.trim()} onClick={() => void add()}>
            {t('roles.create')}
          </Button>
        </>
      }
    >
      <div className="admin-form">
        <Labelled label={t('roles.name')} htmlFor="role-name" error={failure}>
          <TextInput
            id="role-name"
            autoFocus
            value={name}
            maxLength={60}
            onChange={(event) => setName(event.target.value)}
          />
        </Labelled>
        <Labelled label={t('roles.copyFrom')} htmlFor="role-from" help={t('roles.copyHelp')}>
          <Select
            id="role-from"
            label={t('roles.copyFrom')}
            value={from}
            options={[
              { value: '', label: t('roles.copyNothing') },
              ...roles
                .filter((role) => role.key !== 'administrator')
                .map((role) => ({ value: role.id, label: String(role.name) })),
            ]}
            onChange={(value) => setFrom(value)}
          />
        </Labelled>
      </div>
    </Dialog>
  );
}
