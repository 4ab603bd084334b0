import { useQuery } from '@tanstack/react-query';
import { get } from '../api/client';
import type { AnyRecord, ListPage } from '../api/types';
import { quote } from '../records/filter/filter';

export const segmentKeys = {
  all: ['segments'] as const,
  list: ['segments', 'list'] as const,
  sizes: ['segments', 'sizes'] as const,
  one: (id: string) => ['segments', 'one', id] as const,
  figures: (id: string) => ['segments', 'figures', id] as const,
  size: (filter: string, exact: boolean) => ['segments', 'size', filter, exact] as const,
  of: (customer: string) => ['segments', 'of', customer] as const,
};

export interface Segment extends AnyRecord {
  name: string;
  kind: 'live' | 'static';
  filter?: string;
  note?: string;
}

/** A size that counts only what the reader may see; `refused` says why there is none. */
export interface SegmentSize {
  id: string;
  state: 'ready' | 'building' | 'failed';
  size?: number;
  refused?: string;
  problem?: string;
}

export interface Figures {
  id: string;
  state: SegmentSize['state'];
  size: number;
  enteredThisWeek: number;
  growth: { day: string; size: number }[];
}

export interface Overlap {
  segments: { id: string; name: string; kind: Segment['kind'] }[];
  matrix: number[][];
}

export interface ListChange {
  changed: number;
  known: number;
  unknown: string[];
}

/** The filter that finds the customers of a segment. */
export const inSegment = (id: string) => `segment = ${quote(id)}`;

export const customersOf = (id: string) => `/customers?filter=${encodeURIComponent(inSegment(id))}`;

export function useSegments() {
  return useQuery({
    queryKey: segmentKeys.list,
    queryFn: async ({ signal }) => (await get<ListPage>('/segments', { signal, query: { limit: 500, sort: 'name' } })).items as Segment[],
  });
}

/** Asked again soon while a segment is being worked out. */
export function useSizes() {
  return useQuery({
    queryKey: segmentKeys.sizes,
    queryFn: async ({ signal }) => (await get<{ items: SegmentSize[] }>('/segments:sizes', { signal })).items,
    refetchInterval: ({ state }) => (state.data?.some((item) => item.state === 'building') ? 1500 : false),
  });
}
