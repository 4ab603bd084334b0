import { useQuery } from '@tanstack/react-query';
import { get } from '../api/client';
import type { AnyRecord, Reference } from '../api/types';

/** How one field of two records agreed, and what that weighs. */
export interface Reason {
  field: string;
  label: string;
  level: string;
  text: string;
  bits: number;
}

export interface Pair {
  left: string;
  right: string;
  probability: number;
  band: Band;
  reasons: Reason[];
}

export type Band = 'match' | 'review' | 'related';

/** Some records that may be the same. */
export interface Case {
  id: string;
  probability: number;
  band: Band;
  assignedTo: Reference | null;
  foundAt: string;
  records: { id: string; title: string; owner: Reference | null }[];
  pairs: Pair[];
}

export interface CasePage {
  items: Case[];
  next: string | null;
  count?: number;
}

export interface Belonging {
  type: string;
  label: string;
  count: number;
}

/** Records side by side: each in full, what belongs to it, and what a merge would take by itself. */
export interface Comparison {
  survivor: string;
  records: { record: AnyRecord; mayEdit: boolean; belongs: Belonging[] }[];
  /** Field → the record whose value is taken, or "both". */
  choices: Record<string, string>;
}

export interface Merge {
  id: string;
  survivor: string;
  title: string;
  loser: string;
  at: string;
  by: Reference | null;
  undoneAt: string | null;
  undoneBy: Reference | null;
}

export interface Undone {
  survivorTitle: string;
  loserTitle: string;
  moved: Belonging[];
  keptRecords: Belonging[];
  keptFields: { field: string; label: string }[];
}

export interface Scan {
  state: 'never' | 'running' | 'done' | 'failed';
  stage: 'reading' | 'comparing' | 'writing' | null;
  done: number;
  total: number;
  found: number;
  finishedAt: string | null;
  problem: string | null;
}

export const duplicateKeys = {
  all: ['duplicates'] as const,
  cases: (type: string, band: string, mine: boolean) => ['duplicates', type, band, mine] as const,
  compare: (type: string, ids: readonly string[]) => ['duplicates', 'compare', type, ids.join()] as const,
  scan: (type: string) => ['duplicates', 'scan', type] as const,
  merges: (type: string) => ['duplicates', 'merges', type] as const,
};

export function useComparison(type: string, ids: readonly string[]) {
  return useQuery({
    queryKey: duplicateKeys.compare(type, ids),
    queryFn: ({ signal }) => get<Comparison>(`/${type}:compare`, { signal, query: { ids: ids.join() } }),
    enabled: ids.length >= 2,
  });
}

/** Looked at every second while a scan runs. */
export function useScan(type: string) {
  return useQuery({
    queryKey: duplicateKeys.scan(type),
    queryFn: ({ signal }) => get<Scan>('/duplicates/scan', { signal, query: { type } }),
    refetchInterval: (query) => (query.state.data?.state === 'running' ? 1000 : false),
  });
}
