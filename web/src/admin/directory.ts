import { useQuery, useQueryClient } from '@tanstack/react-query';
import { get } from '../api/client';
import { keys } from '../api/queries';
import type { AnyRecord, ListPage } from '../api/types';

type DirectoryType = 'users' | 'teams' | 'roles';

/** All people, teams or roles: a company has thousands at most, and the pages need them whole. */
export function useDirectory(type: DirectoryType) {
  return useQuery({
    queryKey: [...keys.records(type), 'all'],
    queryFn: async ({ signal }) => {
      const all: AnyRecord[] = [];
      let cursor: string | null = null;
      do {
        const page: ListPage = await get<ListPage>(`/${type}`, { signal, query: { limit: 500, cursor } });
        all.push(...page.items);
        cursor = page.next;
      } while (cursor);
      return all;
    },
  });
}

/** Rights and names are known to every page: after a change all of it is read again. */
export function useForgetDirectory() {
  const client = useQueryClient();
  return () => {
    for (const type of ['users', 'teams', 'roles'] as const)
      void client.invalidateQueries({ queryKey: keys.records(type) });
    void client.invalidateQueries({ queryKey: ['reference'] });
    void client.invalidateQueries({ queryKey: keys.recordTypes });
    void client.invalidateQueries({ queryKey: keys.me });
  };
}
