import type { Field, Values } from '../api/types';
import { isEmpty } from '../records/fields/values';

/** A company has no birthday and a person no credit code; what is filled in anyway stays visible. */
export function fitsKind(type: string, field: Field, values: Values): boolean {
  if (type !== 'customers' || !isEmpty(values[field.name])) return true;
  if (values.kind === 'company') return field.section !== 'person';
  if (values.kind === 'person') return field.section !== 'business';
  return true;
}
