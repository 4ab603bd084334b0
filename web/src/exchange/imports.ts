import { useQuery, useQueryClient } from '@tanstack/react-query';
import { base, get, newKey, post } from '../api/client';
import type { Reference } from '../api/types';
import type { Mapping } from './mapping';

/** What the server made of a file before anything is imported. */
export interface Inspection {
  columns: string[];
  mapping: Mapping;
  encoding: string | null;
  delimiter: string | null;
  sample: string[][];
  rows?: number;
}

export type Mode = 'create' | 'update' | 'both';

export interface ImportOptions {
  type: string;
  mapping: Mapping;
  mode: Mode;
  key: string | null;
  /** `me`, `none` or the id of a colleague. */
  owner: string;
  dryRun: boolean;
  encoding: string | null;
  delimiter: string | null;
  keepCreated: boolean;
}

export interface Reject {
  row: number;
  reason: string;
  values?: Record<string, string> | string[];
}

export interface ImportResult {
  batch: string;
  state: string;
  type?: string;
  fileName?: string | null;
  startedAt?: string;
  at?: string;
  user?: Reference | null;
  read: number;
  created: number;
  updated: number;
  skipped: number;
  rejected: number;
  seconds: number;
  rejects: Reject[];
}

export interface UndoResult {
  deleted: number;
  restored: number;
  kept: { id: string; reason: string }[];
}

export function inspectFile(
  file: File,
  type: string,
  encoding: string | null,
  delimiter: string | null,
): Promise<Inspection> {
  const form = new FormData();
  form.append('file', file);
  form.append('options', JSON.stringify({ type, encoding, delimiter }));
  return post<Inspection>('/imports:inspect', form);
}

export function runImport(file: File, options: ImportOptions): Promise<ImportResult> {
  const form = new FormData();
  form.append('file', file);
  form.append('options', JSON.stringify(options));
  return post<ImportResult>('/imports', form, { idempotencyKey: newKey() });
}

export const undoImport = (batch: string) => post<UndoResult>(`/imports/${batch}:undo`);

export const rejectsAddress = (batch: string) => `${base}/imports/${batch}/rejects`;

export const importsKey = ['imports'] as const;

export function useImports() {
  return useQuery({
    queryKey: importsKey,
    queryFn: async ({ signal }) => {
      const answer = await get<ImportResult[] | { items: ImportResult[] }>('/imports', { signal });
      return Array.isArray(answer) ? answer : answer.items;
    },
  });
}

const unfinished = new Set(['queued', 'running', 'undoing']);

export function isUnfinished(state: string): boolean {
  return unfinished.has(state);
}

/** One import; asked again while it still runs. */
export function useImport(batch: string | undefined, first?: ImportResult) {
  return useQuery({
    queryKey: [...importsKey, batch],
    queryFn: ({ signal }) => get<ImportResult>(`/imports/${batch}`, { signal }),
    enabled: Boolean(batch),
    initialData: first,
    refetchInterval: (query) => (query.state.data && isUnfinished(query.state.data.state) ? 1000 : false),
  });
}

/** After an import or its undo nothing that is cached of that noun can be trusted. */
export function useForget() {
  const client = useQueryClient();
  return (type: string | undefined) => {
    void client.invalidateQueries({ queryKey: importsKey });
    if (type) void client.invalidateQueries({ queryKey: ['records', type] });
    void client.invalidateQueries({ queryKey: ['home'] });
  };
}
