import type { Field, Me, Values } from '../../api/types';
import { isEmpty } from '../fields/values';

/**
 * What the program fills in where a new record says nothing, besides what the server says of its fields: with the value here,
 * or, where that is null, with one that depends on the rest.
 */
const filled: Record<string, Values> = {
  activities: { kind: 'note', subject: null },
  'approval-definitions': { active: true, priority: 100 },
  'bundle-items': { quantity: 1 },
  'contract-lines': { quantity: 1 },
  contracts: { kind: 'sale' },
  'credit-rules': { name: null, active: true, onQuote: null, onContract: null, onOrder: null, onShip: null },
  'customer-credits': { stopped: false },
  customers: { kind: 'company' },
  'deal-lines': { quantity: 1 },
  'discount-rules': { active: true },
  dunnings: { status: 'due' },
  'holding-rules': { name: null },
  'invoice-titles': { titleType: 'company' },
  invoices: { kind: 'special' },
  'lead-forms': { active: true, language: 'zh-Hans', source: 'webForm' },
  'lead-mailboxes': { active: true, security: 'tls', folder: 'INBOX' },
  'lead-rules': { active: true, position: 100 },
  leads: { name: null, state: 'new' },
  'number-rules': { active: true, restart: 'day' },
  'order-lines': { quantity: 1 },
  orders: { kind: 'sale', status: 'confirmed', amount: null },
  'price-lists': { active: true, currency: null },
  prices: { minQuantity: 1 },
  products: { kind: 'goods', active: true },
  'quote-lines': { quantity: 1 },
  quotes: { currency: null, taxIncluded: true },
  receipts: { method: 'transfer' },
  segments: { kind: 'live' },
  'working-days': { works: false },
};

/** Whoever is not to see what others have entered may still enter what he was told himself. */
export const given = (field: Field): Field => (field.right === 'masked' ? { ...field, right: 'edit' } : field);

/** What a line takes from the product it names. */
const ofProduct = new Set(['description', 'unitPrice']);

/** A field of a new record as its form asks for it: not required where the program fills it in. */
export function asked(type: string, field: Field, values: Values): Field {
  if (!field.required) return field;
  const isFilled =
    field.filledIn || field.name in (filled[type] ?? {}) || (type.endsWith('-lines') && ofProduct.has(field.name) && !isEmpty(values.product));
  return isFilled ? { ...field, required: false, filledIn: true } : field;
}

/** The values a new record would get anyhow, so that the form shows them before they are saved. */
export function filledValues(type: string, fields: readonly Field[], me: Pick<Me, 'company'>): Values {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = field.name === 'currency' ? me.company.currency : filled[type]?.[field.name];
      return field.required && field.name in (filled[type] ?? {}) && !isEmpty(value)
        ? [[field.name, value] as const]
        : [];
    }),
  );
}
