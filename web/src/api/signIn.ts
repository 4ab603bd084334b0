import { get, post } from './client';
import { makePasskey, askPasskey } from './passkeys';

/** The step between the password and being in. */
export type NextStep = 'second-factor' | 'enrol' | 'new-password';

/** By what one can prove who one is. */
export type Method = 'totp' | 'passkey' | 'recovery' | 'password' | 'provider';

/** What a step of signing in answers: `next` is null when one is in. */
export interface Step {
  next: NextStep | null;
  methods: Method[];
  /** Shown once, after a first second factor was set up. */
  recoveryCodes?: string[];
}

interface Asked {
  ceremony: string;
  options: Record<string, unknown>;
}

const quiet = { quiet401: true } as const;

export const signInByPassword = (userName: string, password: string) =>
  post<Step>('/session', { userName, password }, quiet);

export const signInByCode = (code: string) => post<Step>('/session/second-factor', { code }, quiet);

/** `null` when the person stopped. */
export async function signInByPasskey(): Promise<Step | null> {
  const { ceremony, options } = await post<Asked>('/session/passkey:options', {}, quiet);
  const credential = await askPasskey(options);
  return credential && post<Step>('/session/passkey', { ceremony, credential }, quiet);
}

export const providers = async () =>
  (await get<{ items: { key: string; name: string }[] }>('/session/providers')).items;

/** Leaves for the provider; the browser comes back to `to`. */
export async function signInElsewhere(provider: string, to: string): Promise<void> {
  const { address } = await post<{ address: string }>('/session/openid', { provider, to }, quiet);
  location.assign(address);
}

/** Makes a passkey for the person; `null` when stopped. */
export async function addPasskey(name: string): Promise<Step | null> {
  const { ceremony, options } = await post<Asked>('/me/security/passkeys:options');
  const credential = await makePasskey(options);
  return credential && post<Step>('/me/security/passkeys', { ceremony, credential, name });
}

export const proveByPassword = (password: string) => post('/session/step-up', { password }, quiet);

export const proveByCode = (code: string) => post('/session/step-up', { code }, quiet);

export async function proveByPasskey(): Promise<boolean> {
  const { ceremony, options } = await post<Asked>('/session/step-up/passkey:options', {}, quiet);
  const credential = await askPasskey(options);
  if (!credential) return false;
  await post('/session/step-up/passkey', { ceremony, credential }, quiet);
  return true;
}

/** What this device might be called in the list of passkeys. */
export function deviceName(agent: string = navigator.userAgent): string {
  const system =
    [
      [/iPhone|iPad/, 'iPhone'],
      [/Android/, 'Android'],
      [/HarmonyOS|OpenHarmony/, 'HarmonyOS'],
      [/Windows/, 'Windows'],
      [/Mac OS X/, 'Mac'],
      [/Linux/, 'Linux'],
    ].find(([pattern]) => (pattern as RegExp).test(agent))?.[1] ?? '';
  const browser =
    [
      [/MicroMessenger/, 'WeChat'],
      [/Edg\//, 'Edge'],
      [/Firefox\//, 'Firefox'],
      [/Chrome\//, 'Chrome'],
      [/Safari\//, 'Safari'],
    ].find(([pattern]) => (pattern as RegExp).test(agent))?.[1] ?? '';
  return [browser, system].filter(Boolean).join(' · ') || agent.slice(0, 40);
}
