import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { keys } from '../api/queries';
import { flush, usePending } from './outbox';

let tryNow: (() => void) | null = null;

/** Sends what waits without waiting for the next round, such as after signing in again. */
export const sendWaiting = () => tryNow?.();

/** Sends what is waiting whenever the connection may be back: now, on `online`, on return to the tab, every 20 s. */
export function useOutbox(user: string): void {
  const client = useQueryClient();
  const waiting = usePending(user).some((entry) => !entry.refusal);
  useEffect(() => {
    if (!waiting) return undefined;
    const tryAgain = () =>
      void flush(user).then((sent) => {
        for (const { type, recordId } of sent) void client.invalidateQueries({ queryKey: keys.record(type, recordId) });
        if (sent.length > 0) void client.invalidateQueries({ queryKey: keys.home });
      });
    const timer = setInterval(tryAgain, 20_000);
    addEventListener('online', tryAgain);
    document.addEventListener('visibilitychange', tryAgain);
    tryNow = tryAgain;
    tryAgain();
    return () => {
      tryNow = null;
      clearInterval(timer);
      removeEventListener('online', tryAgain);
      document.removeEventListener('visibilitychange', tryAgain);
    };
  }, [waiting, user, client]);
}
