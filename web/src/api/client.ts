import { i18n } from '../language';
import { reportReach } from './connection';
import { Problem, type ProblemBody, Unreachable } from './problem';

export const base = '/api/v1';

export interface Answer<T> {
  data: T;
  /** The `ETag` without its quotes: the version of the record. */
  etag: string | null;
  status: number;
}

export interface CallOptions {
  signal?: AbortSignal;
  /** Sent as `If-Match: "n"`. */
  version?: number | string | null;
  /** The same key answers the same result once; make one with {@link newKey} per intended action. */
  idempotencyKey?: string;
  query?: Record<string, string | number | boolean | null | undefined>;
  /** A sign-in answers 401 itself; nobody else should be told. */
  quiet401?: boolean;
  /** The answer is a file. */
  file?: boolean;
  /** Sent again after a proof; it is not asked for twice. */
  proved?: boolean;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

let signedOut: () => void = () => {};

/** Says what happens when the server answers 401: the session asks for the password over the page, which stays as it is. */
export function onSignedOut(handler: () => void): void {
  signedOut = handler;
}

let proofs = 0;

/** The cookie's secret has just changed. */
export function noteProof(): void {
  proofs += 1;
}

let prove: () => Promise<boolean> = () => Promise.resolve(false);

/** Says how the person is asked to prove once more who it is, when the server wants that before a dangerous act. */
export function onProofNeeded(handler: () => Promise<boolean>): void {
  prove = handler;
}

/** Asks now, before something that cannot be tried again by itself, such as a download. False when the person stopped. */
export async function ensureProof(): Promise<boolean> {
  return (await get<{ fresh: boolean }>('/session/step-up')).fresh || prove();
}

export function newKey(): string {
  return crypto.randomUUID ? crypto.randomUUID() : Array.from(crypto.getRandomValues(new Uint8Array(16)), hex).join('');
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

export function address(path: string, query?: CallOptions['query']): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== null && value !== undefined && value !== '') parameters.set(name, String(value));
  const text = parameters.toString();
  return base + path + (text ? `?${text}` : '');
}

/** One call; throws {@link Problem} for an answer that is not 2xx and {@link Unreachable} when there is none. */
export async function call<T>(
  method: Method,
  path: string,
  body?: unknown,
  options: CallOptions = {},
): Promise<Answer<T>> {
  const headers: Record<string, string> = {
    Accept: 'application/json',
    'Accept-Language': i18n.language ?? navigator.language,
  };
  if (method !== 'GET') headers['X-Guanxi'] = '1';
  if (options.version !== null && options.version !== undefined) headers['If-Match'] = `"${options.version}"`;
  if (options.idempotencyKey) headers['Idempotency-Key'] = options.idempotencyKey;
  let payload: BodyInit | undefined;
  if (body instanceof FormData) payload = body;
  else if (body !== undefined) {
    headers['Content-Type'] = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    payload = JSON.stringify(body);
  }

  const provedBefore = proofs;
  let response: Response;
  try {
    response = await fetch(address(path, options.query), {
      method,
      headers,
      body: payload,
      signal: options.signal,
      credentials: 'same-origin',
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    reportReach(false);
    throw new Unreachable();
  }
  reportReach(true);

  if (!response.ok) {
    const problem = await problemOf(response);
    if (problem.kind === 'step-up-needed' && !options.proved && (await prove()))
      return call<T>(method, path, body, { ...options, proved: true });
    if (response.status === 401 && !options.quiet401) {
      // A proof changes the cookie's secret; a call that was under way with the old one is simply sent again.
      if (proofs !== provedBefore && !options.proved) return call<T>(method, path, body, { ...options, proved: true });
      signedOut();
    }
    throw problem;
  }
  if (options.file) return { data: (await response.blob()) as T, etag: null, status: response.status };
  const text = response.status === 204 ? '' : await response.text();
  return {
    data: (text ? JSON.parse(text) : undefined) as T,
    etag: response.headers.get('ETag')?.replace(/^(?:W\/)?"|"$/g, '') ?? null,
    status: response.status,
  };
}

async function problemOf(response: Response): Promise<Problem> {
  const retry = Number(response.headers.get('Retry-After'));
  let body: ProblemBody = {};
  try {
    if ((response.headers.get('Content-Type') ?? '').includes('json')) body = (await response.json()) as ProblemBody;
  } catch {
    body = {};
  }
  return new Problem(response.status, body, Number.isFinite(retry) && retry > 0 ? retry : null);
}

export const get = async <T>(path: string, options?: CallOptions): Promise<T> =>
  (await call<T>('GET', path, undefined, options)).data;
export const post = async <T>(path: string, body?: unknown, options?: CallOptions): Promise<T> =>
  (await call<T>('POST', path, body ?? {}, options)).data;
export const put = async <T>(path: string, body?: unknown, options?: CallOptions): Promise<T> =>
  (await call<T>('PUT', path, body ?? {}, options)).data;
export const patch = async <T>(path: string, body: unknown, options?: CallOptions): Promise<T> =>
  (await call<T>('PATCH', path, body, options)).data;
export const remove = async <T = void>(path: string, options?: CallOptions): Promise<T> =>
  (await call<T>('DELETE', path, undefined, options)).data;
