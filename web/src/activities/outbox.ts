import { useSyncExternalStore } from 'react';
import { call } from '../api/client';
import { Problem } from '../api/problem';
import type { AnyRecord, Values } from '../api/types';

/**
 * Follow-ups that are on their way. A note is written here before it is sent, so neither a dropped connection
 * nor a closed tab loses a word; the same Idempotency-Key on every try keeps it from being saved twice.
 */
export interface Pending {
  key: string;
  user: string;
  path: string;
  body: Values;
  /** What it is about, to invalidate and to show it in the right timeline. */
  type: string;
  recordId: string;
  at: string;
  tries: number;
  /** Why the server refused it; the person has to change or discard it. */
  refusal?: string;
}

const storageKey = 'guanxi.outbox';
const listeners = new Set<() => void>();
const sending = new Set<string>();
let entries: readonly Pending[] = read();

function read(): readonly Pending[] {
  try {
    const kept = JSON.parse(localStorage.getItem(storageKey) ?? '[]') as Pending[];
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

function write(next: readonly Pending[]): void {
  entries = next;
  try {
    localStorage.setItem(storageKey, JSON.stringify(next));
  } catch {
    // Kept in memory at least; the composer still holds the words.
  }
  for (const listener of listeners) listener();
}

function change(key: string, edit: (entry: Pending) => Pending | null): void {
  // Another tab may have sent or added something since: start from what is stored, not from memory.
  write(
    read().flatMap((entry) => {
      if (entry.key !== key) return [entry];
      const changed = edit(entry);
      return changed ? [changed] : [];
    }),
  );
}

export function pendingFor(user: string): readonly Pending[] {
  return entries.filter((entry) => entry.user === user);
}

/** Puts an entry into the box; {@link deliver} then tries to send it. */
export function enqueue(entry: Omit<Pending, 'tries'>): void {
  write([...read().filter((other) => other.key !== entry.key), { ...entry, tries: 0 }]);
}

export function discard(key: string): void {
  change(key, () => null);
}

export type Delivery =
  { state: 'sent'; record: AnyRecord } | { state: 'waiting' } | { state: 'refused'; problem: Problem };

/** One try. `waiting` means it stays in the box and is tried again; `refused` means the server said no for good. */
export async function deliver(key: string): Promise<Delivery> {
  const entry = read().find((candidate) => candidate.key === key);
  if (!entry || sending.has(key)) return { state: 'waiting' };
  sending.add(key);
  try {
    const answer = await call<AnyRecord>('POST', entry.path, entry.body, { idempotencyKey: entry.key });
    change(key, () => null);
    return { state: 'sent', record: answer.data };
  } catch (error) {
    if (error instanceof Problem && isFinal(error.status)) {
      change(key, (old) => ({ ...old, tries: old.tries + 1, refusal: error.message }));
      return { state: 'refused', problem: error };
    }
    change(key, (old) => ({ ...old, tries: old.tries + 1 }));
    return { state: 'waiting' };
  } finally {
    sending.delete(key);
  }
}

/** 401 comes back after signing in, 408, 425 and 429 after a while, 5xx after a repair; the rest will not change by itself. */
function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && ![401, 408, 425, 429].includes(status);
}

/** Tries everything of this person that has not been refused, oldest first; answers what was sent. */
export async function flush(user: string): Promise<Pending[]> {
  const sent: Pending[] = [];
  for (const entry of pendingFor(user)) {
    if (entry.refusal) continue;
    const delivery = await deliver(entry.key);
    if (delivery.state === 'sent') sent.push(entry);
    if (delivery.state === 'waiting') break;
  }
  return sent;
}

function subscribe(listener: () => void): () => void {
  const fromOtherTab = (event: StorageEvent) => {
    if (event.key !== storageKey) return;
    entries = read();
    listener();
  };
  listeners.add(listener);
  addEventListener('storage', fromOtherTab);
  return () => {
    listeners.delete(listener);
    removeEventListener('storage', fromOtherTab);
  };
}

const all = () => entries;

export function usePending(user: string, type?: string, recordId?: string): readonly Pending[] {
  const everything = useSyncExternalStore(subscribe, all);
  return everything.filter(
    (entry) => entry.user === user && (!type || entry.type === type) && (!recordId || entry.recordId === recordId),
  );
}
