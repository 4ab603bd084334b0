import { useQuery, useQueryClient } from '@tanstack/react-query';
import { get } from '../api/client';
import { keys } from '../api/queries';
import type { AnyRecord, Reference } from '../api/types';
import type { FileEntry } from '../records/page/Files';
import type { Share } from '../records/page/ShareDialog';
import type { TimelinePage } from '../records/timeline/timeline';

/** Everything the page of a customer needs, in one answer. */
export interface Overview {
  customer: AnyRecord;
  /** What the reader may do with this very customer. */
  may?: { edit: boolean; delete: boolean };
  contacts: AnyRecord[];
  activities: { open: AnyRecord[] };
  timeline: TimelinePage;
  counts: Record<string, number>;
  team: Share[];
  group: { parent: Reference | null; children: Reference[] } | null;
  relations?: AnyRecord[];
  files: FileEntry[];
  following: boolean;
  /** There once value has been computed; until then the page says nothing about it. */
}

export const overviewKey = (id: string) => [...keys.record('customers', id), 'overview'] as const;

export function useOverview(id: string) {
  const client = useQueryClient();
  return useQuery({
    queryKey: overviewKey(id),
    queryFn: async ({ signal }) => {
      const overview = await get<Overview>(`/customers/${id}/overview`, { signal });
      // Inline edits write the record's own cache; the page reads it from there.
      client.setQueryData(keys.record('customers', id), overview.customer);
      client.setQueryData(keys.timeline('customers', id), { pages: [overview.timeline], pageParams: [''] });
      return overview;
    },
  });
}

/** Whole days since the last contact, or null when there was none. */
export function daysSince(moment: unknown, now: Date): number | null {
  if (typeof moment !== 'string') return null;
  const past = now.getTime() - Date.parse(moment);
  return Number.isNaN(past) ? null : Math.max(0, Math.floor(past / 86_400_000));
}
