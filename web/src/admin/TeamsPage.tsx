import { useTranslation } from 'react-i18next';
import { sentence } from '../api/problem';
import { remove } from '../api/client';
import { referenceOf } from '../activities/activity';
import { Button, Empty, Failure, IconButton, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import { openForm } from '../shell/forms';
import { AdminPage } from './AdminPage';
import { useDirectory, useForgetDirectory } from './directory';
import { teamLines } from './teamTree';

/** The company's teams: what "my team" and "teams below" mean in the rights. */
export function TeamsPage() {
  const { t } = useTranslation('admin');
  const teams = useDirectory('teams');
  const users = useDirectory('users');
  const forget = useForgetDirectory();
  const lines = teamLines(teams.data ?? [], users.data ?? []);
  const add = (parent?: { id: string; name: string }) =>
    openForm({ type: 'teams', initial: parent ? { parent } : undefined, onSaved: forget });

  const drop = async (id: string, name: string) => {
    try {
      await remove(`/teams/${id}`);
      forget();
      toast({ text: t('teams.removed', { name }) });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
  };

  return (
    <AdminPage
      name="teams"
      actions={
        <Button kind="primary" icon="plus" onClick={() => add()}>
          {t('teams.add')}
        </Button>
      }
    >
      {teams.isLoading && <Skeleton lines={6} />}
      {teams.isError && <Failure message={sentence(teams.error)} onRetry={() => void teams.refetch()} />}
      {teams.isSuccess && lines.length === 0 && (
        <Empty icon="team" title={t('teams.none')} action={<Button onClick={() => add()}>{t('teams.add')}</Button>}>
          {t('teams.noneHint')}
        </Empty>
      )}
      {lines.length > 0 && (
        <div className="admin-table">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('teams.name')}</th>
                <th scope="col">{t('teams.manager')}</th>
                <th scope="col" className="number">
                  {t('teams.members')}
                </th>
                <th>
                  <span className="visually-hidden">{t('actions')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {lines.map(({ team, depth, members, below }) => {
                const name = String(team.name ?? '');
                return (
                  <tr key={team.id}>
                    <td>
                      <span style={{ paddingLeft: depth * 24 }} className="admin-team">
                        {depth > 0 && <span aria-hidden>└</span>}
                        <button
                          type="button"
                          className="record-link"
                          onClick={() => openForm({ type: 'teams', id: team.id, onSaved: forget })}
                        >
                          {name}
                        </button>
                      </span>
                    </td>
                    <td>{referenceOf(team.manager)?.name ?? '—'}</td>
                    <td className="number">
                      {below > members ? t('teams.membersBelow', { members, below }) : members}
                    </td>
                    <td className="admin-actions">
                      <IconButton
                        icon="plus"
                        size="small"
                        label={t('teams.addBelow', { name })}
                        onClick={() => add({ id: team.id, name })}
                      />
                      {below === 0 && (
                        <IconButton
                          icon="trash"
                          size="small"
                          label={t('teams.remove', { name })}
                          onClick={() => void drop(team.id, name)}
                        />
                      )}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </AdminPage>
  );
}
