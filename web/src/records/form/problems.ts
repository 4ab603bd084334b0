import { Problem, sentence } from '../../api/problem';
import type { Field } from '../../api/types';

/** What came back from trying to save, sorted by where it has to be said. */
export type Refusal =
  | { kind: 'fields'; byField: Record<string, string>; general: string | null }
  | { kind: 'confirm'; keys: string[]; message: string; details: string[] }
  | { kind: 'conflict' }
  | { kind: 'general'; message: string };

/** Errors of fields the form does not show are said at the top, so that none is lost. */
export function refusalOf(error: unknown, shown: readonly Pick<Field, 'name'>[]): Refusal {
  if (!(error instanceof Problem)) return { kind: 'general', message: sentence(error) };
  if (error.status === 412) return { kind: 'conflict' };
  if (error.status === 409 && error.body.confirm?.length)
    return {
      kind: 'confirm',
      keys: error.body.confirm,
      message: error.message,
      details: Object.values(error.errors)
        .flat()
        .filter((detail) => detail !== error.message),
    };
  const names = new Set(shown.map(({ name }) => name));
  const byField: Record<string, string> = {};
  const elsewhere: string[] = [];
  for (const [path, sentences] of Object.entries(error.errors)) {
    // `address.postcode` or `contacts[0].value` belong to the field they start with.
    const name = path.split(/[.[]/)[0]!;
    if (names.has(name)) byField[name] = sentences.join(' ');
    else elsewhere.push(...sentences);
  }
  if (Object.keys(byField).length === 0) return { kind: 'general', message: elsewhere.join(' ') || error.message };
  return { kind: 'fields', byField, general: elsewhere.join(' ') || null };
}
