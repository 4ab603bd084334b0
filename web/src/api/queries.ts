import {
  keepPreviousData,
  QueryClient,
  type InfiniteData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { call, get, newKey, patch, post, remove } from './client';
import { Problem } from './problem';
import type {
  AnyRecord,
  Begun,
  BulkResult,
  Count,
  Home,
  ListPage,
  Notification,
  RecordType,
  RecordTypeSummary,
  SavedView,
  Start,
  Values,
  ViewDefinition,
} from './types';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      gcTime: 15 * 60_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => !(error instanceof Problem && error.status < 500) && count < 2,
    },
  },
});

/** Every key in one place, so that whoever changes something can name what it makes stale. */
export const keys = {
  me: ['me'] as const,
  setup: ['setup'] as const,
  /** How far a sign-in has come. */
  signIn: ['sign-in', 'here'] as const,
  recordTypes: ['record-types'] as const,
  recordType: (type: string) => ['record-types', type] as const,
  records: (type: string) => ['records', type] as const,
  record: (type: string, id: string) => ['records', type, 'one', id] as const,
  lists: (type: string) => ['records', type, 'list'] as const,
  list: (type: string, query: ListQuery) => ['records', type, 'list', query] as const,
  /** Sums over a list and over its groups. */
  totals: (type: string) => ['records', type, 'totals'] as const,
  count: (type: string, filter: string, q: string) => ['records', type, 'count', filter, q] as const,
  timeline: (type: string, id: string) => ['records', type, 'one', id, 'timeline'] as const,
  history: (type: string, id: string) => ['records', type, 'one', id, 'history'] as const,
  views: (type: string) => ['views', type] as const,
  home: ['home'] as const,
  notifications: ['notifications'] as const,
};

/** Asked first whether anybody is signed in: a 401 would stand in the console as an error, and it is none. */
export const meQuery = {
  queryKey: keys.me,
  queryFn: async ({ client, signal }: { client: QueryClient; signal: AbortSignal }) => {
    const start = await get<Start>('/session', { signal });
    if (!start.signedIn) {
      client.setQueryData(keys.setup, { needed: start.setupNeeded });
      client.setQueryData(keys.signIn, start);
      throw new Problem(401, { title: '' });
    }
    putStart(client, start);
    return start.user;
  },
  staleTime: Infinity,
  retryOnMount: false,
};

/** One answer holds what every page begins with: who is here and what the record types look like to them. */
export function putStart(client: QueryClient, start: Begun): void {
  client.setQueryData(keys.me, start.user);
  client.setQueryData(keys.recordTypes, start.recordTypes);
  for (const type of start.recordTypes) client.setQueryData(keys.recordType(type.type), type);
}

export function useMe() {
  return useQuery(meQuery);
}

export function useRecordTypes() {
  return useQuery({
    queryKey: keys.recordTypes,
    queryFn: async ({ signal }) => {
      const answer = await get<RecordTypeSummary[] | { items: RecordTypeSummary[] }>('/record-types', { signal });
      return Array.isArray(answer) ? answer : answer.items;
    },
    staleTime: Infinity,
  });
}

export function useRecordType(type: string | undefined) {
  return useQuery({
    queryKey: keys.recordType(type ?? ''),
    queryFn: ({ signal }) => get<RecordType>(`/record-types/${type}`, { signal }),
    enabled: Boolean(type),
    staleTime: Infinity,
  });
}

export function useRecord(type: string, id: string | null | undefined) {
  return useQuery({
    queryKey: keys.record(type, id ?? ''),
    queryFn: ({ signal }) => get<AnyRecord>(`/${type}/${id}`, { signal }),
    enabled: Boolean(id),
  });
}

export interface ListQuery {
  filter?: string;
  sort?: string;
  fields?: string[];
  q?: string;
}

export const pageSize = 100;

/** A list that grows by keyset pages; the cursor is opaque. */
export function useList(type: string, query: ListQuery, enabled = true) {
  return useInfiniteQuery({
    queryKey: keys.list(type, query),
    queryFn: ({ pageParam, signal }) =>
      get<ListPage>(`/${type}`, {
        signal,
        query: {
          filter: query.filter,
          sort: query.sort,
          q: query.q,
          fields: query.fields?.join(','),
          limit: pageSize,
          cursor: pageParam,
          count: pageParam ? undefined : true,
        },
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    enabled,
  });
}

/** How many rows a filter matches; exact on demand, since counting a million rows costs. */
export function useExactCount(type: string, filter: string, q: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.count(type, filter, q),
    queryFn: async ({ signal }) => {
      const page = await get<ListPage>(`/${type}`, { signal, query: { filter, q, count: 'exact', limit: 1 } });
      return page.count as Count;
    },
    enabled,
  });
}

export interface SaveRecord {
  id: string;
  values: Values;
  version?: number;
  confirm?: string[];
}

/** Merge-patches a record and puts the answer into every cached list and page that shows it. */
export function useSaveRecord(type: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, values, version, confirm }: SaveRecord) =>
      patch<AnyRecord>(`/${type}/${id}`, values, { version, query: { confirm: confirm?.join(',') } }),
    onSuccess: (record) => putRecord(client, type, record),
  });
}

export function useCreateRecord(type: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ values, confirm, key }: { values: Values; confirm?: string[]; key?: string }) =>
      (
        await call<AnyRecord>('POST', `/${type}`, values, {
          idempotencyKey: key ?? newKey(),
          query: { confirm: confirm?.join(',') },
        })
      ).data,
    onSuccess: (record) => {
      void client.invalidateQueries({ queryKey: keys.records(type) });
      client.setQueryData(keys.record(type, record.id), record);
      void client.invalidateQueries({ queryKey: keys.home });
    },
  });
}

export function useDeleteRecord(type: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => remove(`/${type}/${id}`),
    onSuccess: (_, id) => dropRecord(client, type, id),
  });
}

export function useRestoreRecord(type: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => post<AnyRecord>(`/${type}/${id}/restore`),
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.records(type) }),
  });
}

export interface BulkEdit {
  ids?: string[];
  filter?: string;
  values: Values;
  dryRun: boolean;
}

export const bulkEdit = (type: string, edit: BulkEdit) => post<BulkResult>(`/${type}:edit`, edit);

export function useViews(type: string) {
  return useQuery({
    queryKey: keys.views(type),
    queryFn: async ({ signal }) => {
      const answer = await get<SavedView[] | { items: SavedView[] }>('/views', { signal, query: { type } });
      return Array.isArray(answer) ? answer : answer.items;
    },
    staleTime: 5 * 60_000,
  });
}

export const createView = (view: {
  type: string;
  name: string;
  scope: SavedView['scope'];
  definition: ViewDefinition;
}) => post<SavedView>('/views', view);

export const changeView = (id: string, change: Partial<Pick<SavedView, 'name' | 'scope' | 'definition'>>) =>
  patch<SavedView>(`/views/${id}`, change);

export const deleteView = (id: string) => remove(`/views/${id}`);

export function useHome() {
  return useQuery({ queryKey: keys.home, queryFn: ({ signal }) => get<Home>('/home', { signal }), staleTime: 15_000 });
}

export function useNotifications(enabled: boolean) {
  return useQuery({
    queryKey: keys.notifications,
    queryFn: ({ signal }) => get<{ items: Notification[]; unread: number }>('/notifications', { signal }),
    enabled,
  });
}

/** Replaces a record wherever it is cached; a list row keeps the columns the answer does not carry. */
export function putRecord(client: QueryClient, type: string, record: AnyRecord): void {
  client.setQueryData<AnyRecord>(keys.record(type, record.id), (old) => ({ ...old, ...record }));
  eachList(client, type, (page) =>
    page.items.some((item) => item.id === record.id)
      ? { ...page, items: page.items.map((item) => (item.id === record.id ? { ...item, ...record } : item)) }
      : page,
  );
  void client.invalidateQueries({ queryKey: keys.totals(type) });
}

/** Takes a record out of every cached list and lowers their counts. */
export function dropRecord(client: QueryClient, type: string, id: string): void {
  client.removeQueries({ queryKey: keys.record(type, id) });
  void client.invalidateQueries({ queryKey: keys.totals(type) });
  eachList(client, type, (page) => {
    if (!page.items.some((item) => item.id === id)) return page;
    const count = page.count ? { ...page.count, value: Math.max(0, page.count.value - 1) } : page.count;
    return { ...page, count, items: page.items.filter((item) => item.id !== id) };
  });
}

function eachList(client: QueryClient, type: string, change: (page: ListPage) => ListPage): void {
  client.setQueriesData<InfiniteData<ListPage>>({ queryKey: keys.lists(type) }, (data) => {
    if (!data) return data;
    const pages = data.pages.map(change);
    return pages.every((page, index) => page === data.pages[index]) ? data : { ...data, pages };
  });
}
