import type { AnyRecord, Field, Value } from '../api/types';
import { isEmpty } from '../records/fields/values';

/** Fields in which the records differ, or of which at least one has a value when all are wanted. */
export function comparedFields(fields: readonly Field[], records: readonly AnyRecord[], all: boolean): Field[] {
  return fields.filter((field) => {
    if (field.system || field.readOnly || field.retired || field.computed) return false;
    const values = records.map((record) => record[field.name]);
    if (values.every((value) => isEmpty(value))) return false;
    return all || !values.every((value) => same(value, values[0]));
  });
}

export function same(left: Value | undefined, right: Value | undefined): boolean {
  return JSON.stringify(plain(left)) === JSON.stringify(plain(right));
}

function plain(value: unknown): unknown {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0) ? null : value;
}

/**
 * The choices to send: those that the person made, and the survivor's own where it is another than the server proposed for;
 * what was left alone follows the server's rules.
 */
export function choicesToSend(made: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(made).filter(([, from]) => from !== 'both'));
}
