import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { base, get } from './client';
import { dropRecord, keys, putRecord } from './queries';
import type { AnyRecord, Change, ListPage, Me, Notification } from './types';
import type { InfiniteData } from '@tanstack/react-query';

type Listener = (change: Change) => void;
const listeners = new Set<Listener>();

/** Calls back for every change others make that the caller may see. */
export function onChange(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** More rows than this at once (an import, a bulk edit) are cheaper to fetch as a list. */
const fewRows = 12;

/** Keeps what is on the screen true: changed rows are fetched one by one, quietly, and nothing jumps. */
export function useLive(active: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!active || typeof EventSource === 'undefined') return undefined;
    const waiting = new Map<string, Change>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      const changes = [...waiting.values()];
      waiting.clear();
      void apply(client, changes);
    };
    const source = new EventSource(`${base}/live`);
    source.addEventListener('change', (event) => {
      const change = parse<Change>(event.data);
      if (!change?.type || !change.id) return;
      waiting.set(`${change.type}/${change.id}`, change);
      for (const listener of listeners) listener(change);
      timer ??= setTimeout(flush, 250);
    });
    source.addEventListener('notification', (event) => {
      const notification = parse<Notification>(event.data);
      client.setQueryData<Me>(keys.me, (me) => (me ? { ...me, unread: me.unread + 1 } : me));
      void client.invalidateQueries({ queryKey: keys.notifications });
      return notification;
    });
    let lost = false;
    source.onerror = () => {
      lost = true;
    };
    source.onopen = () => {
      // What happened while the line was down is unknown.
      if (lost) void client.invalidateQueries({ queryKey: ['records'] });
      lost = false;
    };
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [active, client]);
}

async function apply(client: QueryClient, changes: Change[]): Promise<void> {
  const types = new Set(changes.map((change) => change.type));
  for (const type of types) {
    const ofType = changes.filter((change) => change.type === type);
    if (ofType.length > fewRows) {
      void client.invalidateQueries({ queryKey: keys.records(type) });
      continue;
    }
    for (const change of ofType) await applyOne(client, change);
  }
  if (types.has('segments')) {
    void client.invalidateQueries({ queryKey: ['segments'] });
    // Who is in a segment is a condition of lists.
    void client.invalidateQueries({
      queryKey: keys.lists('customers'),
      predicate: ({ queryKey }) => JSON.stringify(queryKey).includes('segment'),
    });
  }
  if (types.has('activities') || types.has('customers')) void client.invalidateQueries({ queryKey: keys.home });
}

async function applyOne(client: QueryClient, { type, id, version, action }: Change): Promise<void> {
  if (action.startsWith('delete')) {
    dropRecord(client, type, id);
    return;
  }
  const known = cachedVersion(client, type, id);
  if (known === null) {
    if (!action.startsWith('update'))
      void client.invalidateQueries({ queryKey: keys.lists(type), refetchType: 'none' });
    return;
  }
  if (version !== undefined && known >= version) return;
  try {
    const record = await get<AnyRecord>(`/${type}/${id}`);
    putRecord(client, type, record);
    void client.invalidateQueries({ queryKey: keys.timeline(type, id) });
    void client.invalidateQueries({ queryKey: keys.history(type, id) });
  } catch {
    // It may have left what the caller may see; the next list says so.
    void client.invalidateQueries({ queryKey: keys.lists(type), refetchType: 'none' });
  }
}

/** The newest version of a record in any cache, or null when nobody shows it. */
function cachedVersion(client: QueryClient, type: string, id: string): number | null {
  const one = client.getQueryData<AnyRecord>(keys.record(type, id));
  let version = one?.version ?? null;
  for (const [, data] of client.getQueriesData<InfiniteData<ListPage>>({ queryKey: keys.lists(type) }))
    for (const page of data?.pages ?? [])
      for (const item of page.items) if (item.id === id) version = Math.max(version ?? 0, item.version ?? 0);
  return version;
}

function parse<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}
