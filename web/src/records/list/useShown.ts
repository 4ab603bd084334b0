import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { get } from '../../api/client';
import { useRecordType, useViews } from '../../api/queries';
import type { RecordType, SavedView } from '../../api/types';

/** What a board or a calendar of a noun needs to share the list's views and filter. */
export interface Shown {
  description: RecordType;
  views: readonly SavedView[];
  /** Where the address names no view: one's own records where there are any, else all one may see. */
  otherwise: 'mine' | 'all';
}

const noViews: SavedView[] = [];

/** @param open A filter: which of one's own records count. Null until it is known what to show. */
export function useShown(type: string, open: string): { shown: Shown | null; error: Error | null; retry: () => void } {
  const named = useSearchParams()[0].has('view');
  const { data: description, error, refetch } = useRecordType(type);
  const views = useViews(type);
  const own = useQuery({
    queryKey: ['owns', type],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => get<{ items: unknown[] }>(`/${type}`, { signal, query: { filter: `owner = me AND ${open}`, fields: description!.titleField, limit: 1 } }),
    enabled: !named && description !== undefined,
    retry: false,
  });
  const known = views.data ?? (views.isError ? noViews : undefined);
  const otherwise = own.data?.items.length === 0 ? 'all' : 'mine';
  return {
    shown: description && known && (named || own.data || own.isError) ? { description, views: known, otherwise } : null,
    error,
    retry: () => void refetch(),
  };
}
