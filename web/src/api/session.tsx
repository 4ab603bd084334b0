import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useCallback, useMemo } from 'react';
import { languageOf, setLanguage } from '../language';
import { applyTheme } from '../look/theme';
import { patch, remove } from './client';
import { keys, useMe } from './queries';
import type { Me, Preferences } from './types';

interface Session {
  me: Me;
  /** Whether an administration right such as `users.manage` is held. */
  may(name: string): boolean;
  /** Saves own preferences at once in the page, then on the server. */
  prefer(change: Preferences): void;
  changeMe(change: Partial<Pick<Me, 'language' | 'timeZone' | 'name' | 'email'>>): Promise<void>;
  signOut(): Promise<void>;
}

const SessionContext = createContext<Session | null>(null);

/** Who is signed in. Only inside the shell, where somebody always is. */
export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('useSession is only for pages inside the shell.');
  return session;
}

export function SessionProvider({ me, children }: { me: Me; children: ReactNode }) {
  const client = useQueryClient();

  const prefer = useCallback(
    (change: Preferences) => {
      const current = client.getQueryData<Me>(keys.me);
      if (!current) return;
      const preferences = { ...current.preferences, ...change };
      client.setQueryData<Me>(keys.me, { ...current, preferences });
      if (change.theme) applyTheme(change.theme);
      // A preference that could not be saved stays for this visit; nobody should be stopped by it.
      patch('/me', { preferences }).catch(() => undefined);
    },
    [client],
  );

  const changeMe = useCallback<Session['changeMe']>(
    async (change) => {
      const answer = await patch<Me>('/me', change);
      client.setQueryData<Me>(keys.me, (old) => (old ? { ...old, ...answer, ...change } : answer));
      if (change.language) await setLanguage(languageOf(change.language));
    },
    [client],
  );

  const signOut = useCallback(async () => {
    await remove('/session').catch(() => undefined);
    client.clear();
    location.assign('/sign-in');
  }, [client]);

  const session = useMemo<Session>(
    () => ({ me, may: (name) => me.functions.includes(name), prefer, changeMe, signOut }),
    [me, prefer, changeMe, signOut],
  );
  return <SessionContext value={session}>{children}</SessionContext>;
}

export { useMe };
