import type { ContactPoint, Value, Values } from '../../api/types';

export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') {
    return true;
  }
  if (Array.isArray(value)) {
    return value.length === 0;
  }
  return typeof value === 'object' && Object.values(value).every(isEmpty);
}

/**
 * The form of a value that is sent: a reference is read as `{id,name}` and written as its id,
 * an address loses its empty lines, everything empty is null.
 */
export function toWire(kind: string, value: Value): Value {
  if (isEmpty(value)) {
    return null;
  }
  if (kind === 'reference' && typeof value === 'object' && value !== null && 'id' in value) {
    return value.id as string;
  }
  if (kind === 'contactPoints' && Array.isArray(value)) {
    return (value as ContactPoint[]).filter((point) => !isEmpty(point.value));
  }
  if (kind === 'address' && typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).filter(([, part]) => !isEmpty(part)));
  }
  return value;
}

/** Equal for the person who reads it: empty forms are one, references compare by id, amounts by number text. */
export function sameValue(kind: string, left: Value, right: Value): boolean {
  return canonical(toWire(kind, left)) === canonical(toWire(kind, right));
}

function canonical(value: unknown): string {
  if (isEmpty(value)) {
    return '';
  }
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(',')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value)
      .filter(([, part]) => !isEmpty(part))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, part]) => `${name}:${name === 'amount' ? canonicalAmount(part) : canonical(part)}`);
    return `{${parts.join(',')}}`;
  }
  return JSON.stringify(value);
}

function canonicalAmount(amount: unknown): string {
  const text = String(amount);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** Only what differs from `base`, in wire form: the body of a merge patch. */
export function changedValues(fields: readonly { name: string; kind: string }[], base: Values, draft: Values): Values {
  const patch: Values = {};
  for (const { name, kind } of fields) {
    if (name in draft && !sameValue(kind, base[name], draft[name])) {
      patch[name] = toWire(kind, draft[name]);
    }
  }
  return patch;
}
