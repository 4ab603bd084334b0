import type { Address, Field, Value, Values } from '../../api/types';
import { isEmpty, sameValue, toWire } from './values';

/** Fields that together are one address and are chosen together: a place is picked once, not typed five times. */
const parts = ['divisionCode', 'province', 'city', 'district', 'street', 'postcode'] as const;

/** The name of the made-up field that stands for the parts. */
export const addressName = '@address';

/** Puts one address in the place of its parts, when the noun keeps them apart and the caller may see them alike. */
export function withAddress(fields: readonly Field[]): Field[] {
  const own = fields.filter((field) => isPart(field));
  if (!['province', 'city', 'street'].every((name) => own.some((field) => field.name === name))) return [...fields];
  if (new Set(own.map((field) => `${field.right}${field.readOnly}${field.section}`)).size > 1) return [...fields];
  const first = own[0]!;
  const address: Field = {
    ...first,
    name: addressName,
    kind: 'address',
    labels: { 'zh-Hans': '地址', 'zh-Hant': '地址', en: 'Address' },
    help: null,
    required: own.some((field) => field.required),
    maxLength: null,
  };
  return fields.flatMap((field) => (field === first ? [address] : isPart(field) ? [] : [field]));
}

function isPart(field: Field): boolean {
  return (parts as readonly string[]).includes(field.name) && field.kind === 'text' && !field.custom;
}

export function readValue(field: Field, record: Values): Value {
  if (field.name !== addressName) return record[field.name];
  const address = Object.fromEntries(
    parts.filter((name) => !isEmpty(record[name])).map((name) => [name, record[name]]),
  );
  return isEmpty(address) ? null : (address as Address);
}

/** The stored fields that a value of this field stands for. */
export function writeValue(field: Field, value: Value): Values {
  if (field.name !== addressName) return { [field.name]: value };
  const address = (value ?? {}) as Record<string, Value>;
  return Object.fromEntries(parts.map((name) => [name, address[name] ?? null]));
}

/** As {@link writeValue}, in wire form and only what differs from the record. */
export function changedBy(field: Field, value: Value, record: Values): Values {
  return Object.fromEntries(
    Object.entries(writeValue(field, value))
      .filter(([name, part]) => field.name !== addressName || !sameValue('text', part, record[name]))
      .map(([name, part]) => [name, toWire(field.name === addressName ? 'text' : field.kind, part)]),
  );
}
