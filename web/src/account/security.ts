import { useQuery, useQueryClient } from '@tanstack/react-query';
import { get } from '../api/client';

export interface Passkey {
  id: string;
  name: string;
  createdAt: string;
  lastUsedAt: string | null;
  backedUp: boolean;
}

export interface Security {
  userName: string;
  password: boolean;
  authenticatorSince: string | null;
  recoveryCodesLeft: number;
  secondFactorNeeded: boolean;
  shortestPassword: number;
  passkeys: Passkey[];
  links: { provider: string; name: string; email: string | null; createdAt: string }[];
}

export interface OpenSession {
  id: string;
  current: boolean;
  finished: boolean;
  method: string;
  secondFactor: string | null;
  createdAt: string;
  lastUsedAt: string;
  address: string | null;
  device: string | null;
}

const security = ['account', 'security'];
const sessions = ['account', 'sessions'];

export const useSecurity = () =>
  useQuery({ queryKey: security, queryFn: ({ signal }) => get<Security>('/me/security', { signal }) });

export const useSessions = () =>
  useQuery({
    queryKey: sessions,
    queryFn: async ({ signal }) => (await get<{ items: OpenSession[] }>('/me/security/sessions', { signal })).items,
  });

/** Asks the server again after something was changed. */
export function useForget(): () => void {
  const client = useQueryClient();
  return () => {
    void client.invalidateQueries({ queryKey: security });
    void client.invalidateQueries({ queryKey: sessions });
  };
}
