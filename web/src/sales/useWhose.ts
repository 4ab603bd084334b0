import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { get } from '../api/client';

export type Whose = 'mine' | 'all';

/** Whose deals a page shows: what the address says, else one's own where there are any, else all one may see. Null until that is known. */
export function useWhose(): [Whose | null, (whose: Whose) => void] {
  const [search, setSearch] = useSearchParams();
  const given = search.get('whose');
  const own = useQuery({
    queryKey: ['owns-deals'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => get<{ items: unknown[] }>('/deals', { signal, query: { filter: 'owner = me AND status = open', fields: 'name', limit: 1 } }),
    enabled: given === null,
    retry: false,
  });
  const whose = given === 'all' || given === 'mine' ? given : own.data ? (own.data.items.length > 0 ? 'mine' : 'all') : own.isError ? 'mine' : null;
  return [
    whose,
    (chosen) =>
      setSearch((before) => {
        before.set('whose', chosen);
        return before;
      }),
  ];
}
