import { Problem } from '../api/problem';
import type { AnyRecord } from '../api/types';
import { type GridLine, isFilled } from './grid';

export interface Sheet {
  quote: AnyRecord & { status: string; currency: string; edition: number; number: string; name: string };
  lines: GridLine[];
  sums?: {
    sum: string;
    reduction: string;
    net: string;
    tax: string;
    total: string;
    currency: string;
    capitals?: string;
  };
  breaches: { kind: string; line?: number; text: string }[];
  conflicts: {
    rule: string;
    items: {
      type: string;
      id: string;
      number: string;
      owner?: string;
      on: string;
      unitPrice?: string;
      currency?: string;
    }[];
    ask: string[];
  };
  links: {
    id: string;
    edition: number;
    receiver?: string;
    expiresAt: string;
    revokedAt?: string;
    views: number;
    viewedAt?: string;
  }[];
  answers: { kind: 'accept' | 'decline' | 'comment'; name: string; words?: string; at: string }[];
  approval?: string;
  mayEdit: boolean;
}

/** What can be done with a quote where it stands, the main thing last. */
export function actsOf(sheet: Pick<Sheet, 'mayEdit'>, status: string, needsApproval: boolean): string[] {
  if (!sheet.mayEdit) return [];
  switch (status) {
    case 'draft':
      return ['cancel', needsApproval ? 'submit' : 'ready'];
    case 'approved':
      return ['revise', 'contract', 'order', 'link'];
    case 'sent':
      return ['revise', 'declined', 'accepted', 'link', 'contract', 'order'];
    case 'accepted':
      return ['revise', 'contract', 'order'];
    case 'contracted':
      return ['order', 'contract'];
    case 'declined':
    case 'expired':
      return ['revise'];
    default:
      return [];
  }
}

/** Rules of a line in one sentence, by the line's place. */
export function wrongLines(breaches: Sheet['breaches']): Map<number, string> {
  const wrong = new Map<number, string>();
  for (const { line, text } of breaches)
    if (line !== undefined)
      wrong.set(line, wrong.has(line) ? `${wrong.get(line)} · ${withoutLine(text)}` : withoutLine(text));
  return wrong;
}

/** The words about a line as they stand on it: which line it is need not be said there. */
const withoutLine = (text: string) => text.replace(/^(第 \d+ 行|Line \d+)([“「].*?[”」]| “.*?”)?[：:]?\s*/, '');

/** What the server found wrong with lines that it would not keep, by their place in the grid; null when it is not about a line. */
export function refusedLines(error: unknown, lines: readonly GridLine[]): Map<number, string> | null {
  if (!(error instanceof Problem)) return null;
  const places = lines.flatMap((line, at) => (isFilled(line) ? [at] : []));
  const wrong = new Map<number, string>();
  for (const [field, said] of Object.entries(error.body.errors ?? {})) {
    const at = places[Number(/^lines\.(\d+)(\.|$)/.exec(field)?.[1] ?? -1)];
    if (at === undefined) return null;
    if (!wrong.has(at)) wrong.set(at, withoutLine(said[0] ?? error.message));
  }
  return wrong.size > 0 ? wrong : null;
}
