import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { patch } from '../api/client';
import { sentence } from '../api/problem';
import { useSession } from '../api/session';
import type { AnyRecord } from '../api/types';
import { referenceOf } from '../activities/activity';
import { Avatar, Button, Chip, Empty, Failure, IconButton, Skeleton, TextInput } from '../look/parts';
import { Menu, useAnchor } from '../look/popover';
import { toast } from '../look/toast';
import { openForm } from '../shell/forms';
import { AdminPage } from './AdminPage';
import { useDirectory, useForgetDirectory } from './directory';
import { HelpInDialog } from './HelpInDialog';
import { PasswordDialog } from './PasswordDialog';

/** Who works here: add, change, disable, reset a password. */
export function UsersPage() {
  const { t } = useTranslation('admin');
  const users = useDirectory('users');
  const forget = useForgetDirectory();
  const [wanted, setWanted] = useState('');
  const [inactive, setInactive] = useState(false);
  const [password, setPassword] = useState<{ user: AnyRecord; fresh: boolean } | null>(null);
  const [helping, setHelping] = useState<AnyRecord | null>(null);
  const text = wanted.trim().toLowerCase();
  const all = users.data ?? [];
  const shown = all.filter(
    (user) =>
      (inactive || user.active !== false) &&
      (!text ||
        [user.name, user.userName, user.email, referenceOf(user.team)?.name, referenceOf(user.role)?.name].some(
          (part) =>
            String(part ?? '')
              .toLowerCase()
              .includes(text),
        )),
  );
  const add = () =>
    openForm({
      type: 'users',
      initial: { active: true },
      onSaved: (user) => {
        forget();
        setPassword({ user, fresh: true });
      },
    });

  return (
    <AdminPage
      name="users"
      actions={
        <Button kind="primary" icon="plus" onClick={add}>
          {t('users.add')}
        </Button>
      }
    >
      <div className="admin-tools">
        <TextInput
          type="search"
          aria-label={t('users.find')}
          placeholder={t('users.find')}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
        <label className="checkbox">
          <input type="checkbox" checked={inactive} onChange={(event) => setInactive(event.target.checked)} />
          {t('users.showInactive', { count: all.filter((user) => user.active === false).length })}
        </label>
        <span className="meta">{t('users.count', { count: shown.length })}</span>
      </div>
      {users.isLoading && <Skeleton lines={8} />}
      {users.isError && <Failure message={sentence(users.error)} onRetry={() => void users.refetch()} />}
      {users.isSuccess && shown.length === 0 && (
        <Empty icon="user" title={t('users.none')} action={<Button onClick={add}>{t('users.add')}</Button>}>
          {t('users.noneHint')}
        </Empty>
      )}
      {shown.length > 0 && (
        <div className="admin-table">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('users.name')}</th>
                <th scope="col">{t('users.role')}</th>
                <th scope="col">{t('users.team')}</th>
                <th scope="col">{t('users.email')}</th>
                <th scope="col">{t('users.state')}</th>
                <th>
                  <span className="visually-hidden">{t('actions')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((user) => (
                <UserRow
                  key={user.id}
                  user={user}
                  onReset={() => setPassword({ user, fresh: false })}
                  onHelp={() => setHelping(user)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {password && <PasswordDialog user={password.user} fresh={password.fresh} onClose={() => setPassword(null)} />}
      {helping && <HelpInDialog user={helping} onClose={() => setHelping(null)} />}
    </AdminPage>
  );
}

function UserRow({ user, onReset, onHelp }: { user: AnyRecord; onReset: () => void; onHelp: () => void }) {
  const { t } = useTranslation('admin');
  const { me } = useSession();
  const forget = useForgetDirectory();
  const menu = useAnchor();
  const active = user.active !== false;
  const name = String(user.name ?? '');
  const edit = () => openForm({ type: 'users', id: user.id, onSaved: forget });

  const setActive = async (next: boolean) => {
    try {
      await patch(`/users/${user.id}`, { active: next }, { version: user.version });
      forget();
      toast({
        text: t(next ? 'users.enabled' : 'users.disabled', { name }),
        undo: () => void patch(`/users/${user.id}`, { active: !next }).then(forget),
      });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
  };

  return (
    <tr data-off={active ? undefined : true}>
      <td>
        <span className="admin-person">
          <Avatar name={name} size={28} />
          <span>
            <button type="button" className="record-link" onClick={edit}>
              {name}
            </button>
            <span className="meta">{String(user.userName ?? '')}</span>
          </span>
        </span>
      </td>
      <td>{referenceOf(user.role)?.name}</td>
      <td>{referenceOf(user.team)?.name ?? '—'}</td>
      <td>{String(user.email ?? '')}</td>
      <td>
        <Chip color={active ? 'green' : 'grey'}>{t(active ? 'users.active' : 'users.inactive')}</Chip>
      </td>
      <td className="admin-actions">
        <IconButton
          icon="more"
          label={t('users.actionsFor', { name })}
          aria-haspopup="menu"
          onClick={(event) => menu.open(event.currentTarget)}
        />
        {menu.isOpen && (
          <Menu
            anchor={menu.anchor}
            label={t('actions')}
            align="end"
            onClose={menu.close}
            items={[
              { key: 'edit', label: t('users.edit'), icon: 'edit', onSelect: edit },
              { key: 'password', label: t('users.reset'), icon: 'role', onSelect: onReset },
              { key: 'help', label: t('users.helpIn'), icon: 'help', onSelect: onHelp },
              ...(user.id === me.id
                ? []
                : [
                    {
                      key: 'active',
                      label: t(active ? 'users.disable' : 'users.enable'),
                      icon: active ? ('close' as const) : ('check' as const),
                      danger: active,
                      onSelect: () => void setActive(!active),
                    },
                  ]),
            ]}
          />
        )}
      </td>
    </tr>
  );
}
