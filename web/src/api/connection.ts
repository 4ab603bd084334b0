import { useSyncExternalStore } from 'react';

/** Whether the last call reached the server; the machine's own network counts too. */
let reached = true;
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

/** The client says after each call how it went. */
export function reportReach(next: boolean): void {
  if (reached === next) return;
  reached = next;
  tell();
  if (!next) void probe();
}

const pause = 5_000;

/** Asks until somebody answers: nobody should have to press a button to find the line is back. */
async function probe(): Promise<void> {
  while (!reached) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (reached || !navigator.onLine) continue;
    try {
      await fetch('/health/live', { cache: 'no-store' });
      reportReach(true);
      dispatchEvent(new Event('online'));
    } catch {
      // Still away.
    }
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}

export function useConnection(): boolean {
  return useSyncExternalStore(subscribe, () => reached && navigator.onLine);
}
