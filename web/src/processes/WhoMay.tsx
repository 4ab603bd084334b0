import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get } from '../api/client';
import { keys } from '../api/queries';
import type { ListPage } from '../api/types';
import { formatList } from '../look/format';

const right = 'processes.manage';

/** Told to whoever reads a process that others compose: who they are. */
export function WhoMay() {
  const { t } = useTranslation('processes');
  const holders = useQuery({
    queryKey: [...keys.records('users'), 'holding', right],
    queryFn: async ({ signal }) => {
      const roles = await get<ListPage>('/roles', { signal, query: { limit: 100 } });
      const holding = roles.items.filter(({ functions }) => Array.isArray(functions) && functions.some((name) => name === right));
      if (holding.length === 0) return [];
      const filter = `active = true AND role in (${holding.map(({ id }) => `"${id}"`).join(', ')})`;
      const users = await get<ListPage>('/users', { signal, query: { filter, fields: 'name', limit: 5 } });
      return users.items.map(({ name }) => String(name));
    },
    staleTime: 300_000,
    retry: false,
  });
  return (
    <p className="record-notice" role="note">
      {holders.data?.length ? t('whoMay', { names: formatList(holders.data) }) : t('readOnly')}
    </p>
  );
}
