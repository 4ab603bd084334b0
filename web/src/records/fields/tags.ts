import { useQuery } from '@tanstack/react-query';
import { createContext, use } from 'react';
import { get } from '../../api/client';
import { keys } from '../../api/queries';
import type { ListPage } from '../../api/types';

/** The type of the record whose values are being edited; null where an input stands alone. */
export const EditedType = createContext<string | null>(null);

/** As many records as one page may hold: enough to know a company's words, and as cheap as a list. */
const looked = 500;

/** Tags in use, most used first, as found in the newest records this person may see. */
export function useUsedTags(field: string): string[] {
  const type = use(EditedType);
  const { data } = useQuery({
    queryKey: [...keys.totals(type ?? ''), 'tags', field],
    queryFn: async ({ signal }) => {
      const page = await get<ListPage>(`/${type}`, {
        signal,
        query: { fields: field, limit: looked, sort: '-createdAt' },
      });
      return mostUsed(page.items.flatMap((item) => (Array.isArray(item[field]) ? (item[field] as string[]) : [])));
    },
    enabled: type !== null,
    staleTime: 60_000,
  });
  return data ?? [];
}

export function mostUsed(tags: readonly string[]): string[] {
  const times = new Map<string, number>();
  for (const tag of tags) times.set(tag, (times.get(tag) ?? 0) + 1);
  return [...times].toSorted(([a, many], [b, more]) => more - many || a.localeCompare(b)).map(([tag]) => tag);
}
