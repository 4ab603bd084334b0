/** What the page needs of the OpenAPI document. */
export interface OpenApi {
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: { schemas: Record<string, unknown> };
}

interface OpenApiOperation {
  operationId: string;
  summary?: string;
  tags?: string[];
  parameters?: { name: string; in: 'path' | 'query'; required?: boolean }[];
  requestBody?: { required?: boolean; content: Record<string, { example?: unknown }> };
}

export interface Operation {
  id: string;
  method: string;
  path: string;
  summary: string;
  noun: string;
  pathParameters: string[];
  queryParameters: string[];
  /** How the body is sent; null where there is none. */
  body: { mediaType: string; example: string } | null;
}

/** The calls of a document, those of one noun together. */
export function operationsOf(document: OpenApi): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const parameters = operation.parameters ?? [];
      const [mediaType, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
      return {
        id: operation.operationId,
        method: method.toUpperCase(),
        path,
        summary: operation.summary ?? '',
        noun: operation.tags?.[0] ?? '',
        pathParameters: parameters.filter((one) => one.in === 'path').map((one) => one.name),
        queryParameters: parameters.filter((one) => one.in === 'query').map((one) => one.name),
        body: mediaType
          ? { mediaType, example: content?.example === undefined ? '' : JSON.stringify(content.example, null, 2) }
          : null,
      };
    }),
  );
}

/** The calls whose path, words or method hold every typed word. */
export function matching(operations: readonly Operation[], typed: string): Operation[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return operations.filter((operation) => {
    const text = `${operation.method} ${operation.path} ${operation.summary}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export interface Call {
  operation: Operation;
  /** Values of parameters by name, path and query alike. */
  values: Record<string, string>;
  body: string;
  file: File | null;
  token: string;
  headers: { ifMatch: string; idempotencyKey: string };
}

/** The address under /api/v1, with everything that was filled in. */
export function addressOf({ operation, values }: Pick<Call, 'operation' | 'values'>): string {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
  const query = new URLSearchParams();
  for (const name of operation.queryParameters) if (values[name]) query.set(name, values[name]);
  const text = query.toString();
  return `/api/v1${path}${text ? `?${text}` : ''}`;
}

export function headersOf({ operation, token, headers, body }: Call): Record<string, string> {
  const result: Record<string, string> = {};
  if (token) result.Authorization = `Bearer ${token}`;
  else if (operation.method !== 'GET') result['X-Guanxi'] = '1';
  if (operation.body && operation.body.mediaType !== 'multipart/form-data' && body.trim())
    result['Content-Type'] = operation.body.mediaType;
  if (headers.ifMatch) result['If-Match'] = `"${headers.ifMatch.replace(/"/g, '')}"`;
  if (headers.idempotencyKey) result['Idempotency-Key'] = headers.idempotencyKey;
  return result;
}

const quoted = (text: string) => `'${text.replace(/'/g, `'\\''`)}'`;

/** The same call for a terminal. A session cannot be copied, so the token's place is named. */
export function curlOf(call: Call, origin: string): string {
  const { operation, body, file } = call;
  const headers = { ...headersOf(call), Authorization: `Bearer ${call.token || '$GUANXI_TOKEN'}` } as Record<
    string,
    string
  >;
  delete headers['X-Guanxi'];
  const lines = [`curl -X ${operation.method} ${quoted(origin + addressOf(call))}`];
  for (const [name, value] of Object.entries(headers))
    lines.push(value.includes('$GUANXI_TOKEN') ? `-H "${name}: ${value}"` : `-H ${quoted(`${name}: ${value}`)}`);
  if (operation.body?.mediaType === 'multipart/form-data') {
    lines.push(`-F ${quoted(`file=@${file?.name ?? 'FILE'}`)}`);
    if (body.trim()) lines.push(`-F ${quoted(`options=${body}`)}`);
  } else if (operation.body && body.trim()) lines.push(`--data ${quoted(body)}`);
  return lines.join(' \\\n  ');
}

export interface Reply {
  status: number;
  statusText: string;
  milliseconds: number;
  bytes: number;
  headers: [string, string][];
  text: string;
  isFile: boolean;
}

const largestShown = 200_000;

/** Sends the call as it stands: with the session of this browser, or with the token alone. */
export async function send(call: Call, signal: AbortSignal): Promise<Reply> {
  const { operation, body, file, token } = call;
  let payload: BodyInit | undefined;
  if (operation.body?.mediaType === 'multipart/form-data') {
    const form = new FormData();
    if (file) form.set('file', file);
    if (body.trim()) form.set('options', body);
    payload = form;
  } else if (operation.body && body.trim()) payload = body;
  const started = performance.now();
  const response = await fetch(addressOf(call), {
    method: operation.method,
    headers: headersOf(call),
    body: payload,
    credentials: token ? 'omit' : 'same-origin',
    signal,
  });
  const content = new Uint8Array(await response.arrayBuffer());
  const milliseconds = performance.now() - started;
  const isText = /json|text|xml|csv|vcard/.test(response.headers.get('Content-Type') ?? 'text');
  const text = isText ? new TextDecoder().decode(content.subarray(0, largestShown)) : '';
  return {
    status: response.status,
    statusText: response.statusText,
    milliseconds,
    bytes: content.length,
    headers: [...response.headers].sort(([a], [b]) => a.localeCompare(b)),
    text: pretty(text),
    isFile: !isText && content.length > 0,
  };
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
