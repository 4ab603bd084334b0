import type { Field, Me, Values } from '../../api/types';
import { isEmpty } from '../fields/values';

/**
 * What the program fills in where a new record says nothing, though the field must not stay empty: with the value here,
 * or, where that is null, with one the server alone knows, such as the next number.
 */
const filled: Record<string, Values> = {
  activities: { kind: 'note', subject: null, status: null, at: null },
  'approval-definitions': { active: true, priority: 100 },
  'bundle-items': { quantity: 1 },
  'contract-lines': { quantity: 1 },
  contracts: { number: null, kind: 'sale', renewal: null },
  costs: { spentOn: null },
  'credit-rules': { name: null, active: true, onQuote: null, onContract: null, onOrder: null, onShip: null },
  'customer-credits': { stopped: false },
  customers: { kind: 'company' },
  'deal-lines': { quantity: 1 },
  deliveries: { number: null },
  'discount-rules': { active: true },
  dunnings: { label: null, status: 'due', dueOn: null },
  'exchange-rates': { day: null },
  'holding-rules': { name: null },
  'invoice-lines': { taxRate: null },
  'invoice-titles': { titleType: 'company', isDefault: null },
  invoices: { number: null, kind: 'special' },
  'lead-forms': { active: true, language: 'zh-Hans', source: 'webForm' },
  'lead-mailboxes': { active: true, port: null, security: 'tls', folder: 'INBOX' },
  'lead-rules': { active: true, position: 100 },
  leads: { name: null, state: 'new' },
  'number-rules': { active: true, restart: 'day' },
  'order-lines': { quantity: 1 },
  orders: { number: null, kind: 'sale', status: 'confirmed', orderedOn: null, amount: null },
  'payment-plans': { name: null, number: null },
  'price-lists': { active: true, currency: null },
  prices: { minQuantity: 1 },
  'product-costs': { startsOn: null },
  products: { kind: 'goods', active: true },
  'quote-lines': { quantity: 1 },
  quotes: { number: null, currency: null, quotedOn: null, validUntil: null, taxIncluded: true },
  receipts: { number: null, method: 'transfer', receivedOn: null },
  roles: { key: null },
  segments: { kind: 'live' },
  'working-days': { works: false },
};

/** What a line takes from the product it names. */
const ofProduct = new Set(['description', 'unitPrice']);

/** A field of a new record as its form asks for it: not required where the program fills it in. */
export function asked(type: string, field: Field, values: Values): Field {
  if (!field.required) return field;
  const isFilled =
    field.name in (filled[type] ?? {}) || (type.endsWith('-lines') && ofProduct.has(field.name) && !isEmpty(values.product));
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
