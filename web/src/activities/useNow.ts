import { useSyncExternalStore } from 'react';

let minute = Math.floor(Date.now() / 60_000) * 60_000;
const listeners = new Set<() => void>();

if (typeof window !== 'undefined')
  setInterval(() => {
    minute = Math.floor(Date.now() / 60_000) * 60_000;
    for (const listener of listeners) listener();
  }, 15_000);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Now, by the minute: what was due at nine turns red at nine on a page that nobody touched. */
export function useNow(): Date {
  return new Date(useSyncExternalStore(subscribe, () => minute));
}
