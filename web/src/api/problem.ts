import { i18n } from '../language';

/** The body of an RFC 9457 answer. */
export interface ProblemBody {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  errors?: Record<string, string[]>;
  rule?: string;
  /** Keys to send back as `?confirm=` when the caller accepts the warning. */
  confirm?: string[];
  yours?: Record<string, unknown>;
  theirs?: Record<string, unknown>;
  conflicts?: string[];
  traceId?: string;
  [extension: string]: unknown;
}

/** A refusal or failure of a call, with one sentence a person can act on in `message`. */
export class Problem extends Error {
  readonly status: number;
  readonly body: ProblemBody;
  /** Seconds to wait before another try, when the server said so. */
  readonly retryAfter: number | null;

  constructor(status: number, body: ProblemBody, retryAfter: number | null = null) {
    super(sentenceOf(status, body));
    this.name = 'Problem';
    this.status = status;
    this.body = body;
    this.retryAfter = retryAfter;
  }

  /** The last part of the problem's type, such as `needs-confirmation`. */
  get kind(): string {
    return this.body.type?.split('/').pop() ?? '';
  }

  /** Sentences by field name. */
  get errors(): Record<string, string[]> {
    return this.body.errors ?? {};
  }
}

/** The server could not be reached at all. */
export class Unreachable extends Error {
  constructor() {
    super(i18n.t('main:problem.unreachable'));
    this.name = 'Unreachable';
  }
}

/** One sentence for whatever was thrown. */
export function sentence(error: unknown): string {
  if (error instanceof Problem || error instanceof Unreachable) return error.message;
  return i18n.t('main:problem.unknown');
}

function sentenceOf(status: number, body: ProblemBody): string {
  if (body.detail) return body.detail;
  const first = Object.values(body.errors ?? {})[0]?.[0];
  if (first) return first;
  if (body.title) return body.title;
  const key = `main:problem.${status}`;
  return i18n.exists(key) ? i18n.t(key) : i18n.t('main:problem.unknown');
}
