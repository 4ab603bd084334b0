import { useMemo } from 'react';
import { useRecordTypes } from '../api/queries';
import type { RecordTypeSummary } from '../api/types';

const administered = new Set(['users', 'teams', 'roles', 'pools', 'holding-rules', 'collision-requests', 'approval-definitions']);
/** Nouns that are reached from the pages of others, or from administration. */
const apart = new Set([
  'consents',
  'deal-lines',
  'quote-lines',
  'contract-lines',
  'discount-rules',
  'product-costs',
  'bundle-items',
  'order-lines',
  'delivery-lines',
  'contract-amendments',
  'payment-plans',
  'invoice-lines',
  'invoice-titles',
  'receipts',
  'receipt-allocations',
  'dunnings',
  'customer-credits',
  'credit-overrides',
  'credit-rules',
  'number-rules',
  'gate-exceptions',
  'external-ids',
  'price-lists',
  'prices',
  'exchange-rates',
  'sales-processes',
  'lead-rules',
  'lead-forms',
  'lead-mailboxes',
  'targets',
  'deal-contacts',
  'working-days',
]);
const order = [
  'customers',
  'contacts',
  'leads',
  'deals',
  'quotes',
  'contracts',
  'orders',
  'deliveries',
  'invoices',
  'costs',
  'activities',
  'segments',
  'products',
  'relations',
];

/** The nouns people work with, in the order of a working day. With `everyOne` also those that are reached from the pages of others, with `evenAdministered` those of the administration. */
export function useNouns(everyOne = false, evenAdministered = false): RecordTypeSummary[] {
  const { data } = useRecordTypes();
  return useMemo(
    () =>
      (data ?? [])
        .filter(({ type }) => (evenAdministered || !administered.has(type)) && (everyOne || !apart.has(type)))
        .sort((a, b) => rank(a.type) - rank(b.type)),
    [data, everyOne, evenAdministered],
  );
}

function rank(type: string): number {
  const at = order.indexOf(type);
  return at < 0 ? order.length : at;
}
