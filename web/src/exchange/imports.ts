import { useQuery, useQueryClient } from '@tanstack/react-query';
import { base, get, newKey, post, remove } from '../api/client';
import type { Reference } from '../api/types';
import type { Reason } from '../trust/duplicates';
import type { Mapping } from './mapping';

/** What the server made of a file before anything is imported. */
export interface Inspection {
  batch: string;
  columns: string[];
  mapping: Mapping;
  encoding: string | null;
  delimiter: string | null;
  sample: string[][];
  /** The program the file seems to come from. */
  source: string | null;
  sheet: string | null;
  sheets: string[];
  headerRow: number;
}

export type Mode = 'create' | 'update' | 'both';
export type Rule = 'overwrite' | 'ifEmpty' | 'never';
export type AlikeRule = 'create' | 'skip' | 'update';

/** How the file is to be read. */
export interface Reading {
  type: string;
  together: boolean;
  encoding: string | null;
  delimiter: string | null;
  sheet: string | null;
  hasHeader: boolean | null;
}

export interface ImportOptions extends Reading {
  mapping: Mapping;
  mode: Mode;
  key: string | null;
  rules: Record<string, Rule>;
  /** `me`, `none` or the id of a colleague. */
  owner: string;
  pool: string | null;
  keepCreated: boolean;
  values: Record<string, Record<string, string>>;
  alike: AlikeRule;
  decisions: Record<string, string>;
  corrections: Record<string, Record<string, string>>;
}

export interface Reject {
  row: number;
  reason: string;
  marks: { column: number; reason: string }[];
  values: string[];
}

/** A row that would make a record like one there is. */
export interface Alike {
  row: number;
  band: 'match' | 'review' | 'related';
  sentence: string;
  record: string | null;
  mayEdit: boolean;
  probability?: number;
  reasons: Reason[];
  values: string[];
}

export interface Unknown {
  column: string;
  field: string;
  text: string;
  rows: number;
}

export interface ImportResult {
  batch: string;
  state: string;
  type?: string;
  fileName?: string | null;
  startedAt?: string;
  user?: Reference | null;
  mine?: boolean;
  stage?: string | null;
  done: number;
  total: number;
  problem?: string | null;
  read: number;
  created: number;
  updated: number;
  skipped: number;
  rejected: number;
  alike: number;
  compared: number;
  besideCreated: number;
  besideUpdated: number;
  seconds: number;
  columns?: string[];
  rejects: Reject[];
  unknown?: Unknown[];
  owners?: { owner: Reference | null; new: number; has: number }[];
  remarks?: { row: number; text: string }[];
  dayFirst?: string[];
  openDates?: string[];
  undone?: UndoResult;
}

export interface UndoResult {
  deleted: number;
  restored: number;
  kept: { id: string; type?: string | null; reason: string }[];
}

export interface SavedMapping {
  id: string;
  type: string;
  name: string;
  shared: boolean;
  mine: boolean;
  columns: string[];
  options: Partial<ImportOptions> & { mapping: Mapping };
}

export function uploadFile(file: File, reading: Reading): Promise<Inspection> {
  const form = new FormData();
  form.append('file', file);
  form.append('options', JSON.stringify(reading));
  return post<Inspection>('/imports:upload', form);
}

export const inspectAgain = (batch: string, reading: Reading) => post<Inspection>(`/imports/${batch}:inspect`, reading);

export const checkImport = (batch: string, options: ImportOptions) =>
  post<ImportResult>(`/imports/${batch}:check`, options);

export const startImport = (batch: string, options: ImportOptions) =>
  post<ImportResult>(`/imports/${batch}:start`, options, { idempotencyKey: newKey() });

export const pauseImport = (batch: string) => post<ImportResult>(`/imports/${batch}:pause`);

export const continueImport = (batch: string) => post<ImportResult>(`/imports/${batch}:continue`);

export const undoImport = (batch: string) => post<UndoResult | ImportResult>(`/imports/${batch}:undo`);

export const errorsAddress = (batch: string) => `${base}/imports/${batch}/errors`;

export const importsKey = ['imports'] as const;

export function useImports() {
  return useQuery({
    queryKey: importsKey,
    queryFn: async ({ signal }) => (await get<{ items: ImportResult[] }>('/imports', { signal })).items,
  });
}

const unfinished = new Set(['checking', 'running', 'undoing']);

export function isUnfinished(state: string): boolean {
  return unfinished.has(state);
}

/** One import; asked again while something is done with it. */
export function useImport(batch: string | undefined) {
  return useQuery({
    queryKey: [...importsKey, batch],
    queryFn: ({ signal }) => get<ImportResult>(`/imports/${batch}`, { signal }),
    enabled: Boolean(batch),
    refetchInterval: (query) => (query.state.data && isUnfinished(query.state.data.state) ? 700 : false),
  });
}

/** The rows that look like what is there, a page of them. */
export function useAlike(batch: string, after: number, enabled: boolean) {
  return useQuery({
    queryKey: [...importsKey, batch, 'alike', after],
    queryFn: ({ signal }) =>
      get<{ alike: Alike[]; next: number | null }>(`/imports/${batch}/rows`, {
        signal,
        query: { kind: 'alike', after, limit: 20 },
      }),
    enabled,
  });
}

export function useMappings(type: string) {
  return useQuery({
    queryKey: ['import-mappings', type],
    queryFn: async ({ signal }) =>
      (await get<{ items: SavedMapping[] }>('/import-mappings', { signal, query: { type } })).items,
  });
}

export function useMappingActions(type: string) {
  const client = useQueryClient();
  const again = () => client.invalidateQueries({ queryKey: ['import-mappings', type] });
  return {
    save: async (name: string, shared: boolean, columns: string[], options: ImportOptions) => {
      await post('/import-mappings', { name, shared, columns, options }, { idempotencyKey: newKey() });
      await again();
    },
    remove: async (id: string) => {
      await remove(`/import-mappings/${id}`);
      await again();
    },
  };
}

/** After an import or its undo nothing that is cached of that noun can be trusted. */
export function useForget() {
  const client = useQueryClient();
  return (...types: (string | null | undefined)[]) => {
    void client.invalidateQueries({ queryKey: importsKey });
    for (const type of types) if (type) void client.invalidateQueries({ queryKey: ['records', type] });
    void client.invalidateQueries({ queryKey: ['home'] });
  };
}
