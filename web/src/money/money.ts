import type { AnyRecord, Money, Reference } from '../api/types';

/** An invoice or instalment that is still open. */
export interface OpenItem extends AnyRecord {
  kind: 'invoice' | 'plan';
  title: string;
  dueOn: string;
  openAmount: Money;
  contract?: Reference;
}

export interface Aging {
  asOf: string;
  currency: string;
  buckets: number[];
  credit: string | null;
  count: number;
  total: AgingFigures;
  rows: (AgingFigures & { id: string | null; name: string | null })[];
}

export interface AgingFigures {
  total: string;
  count: number;
  amounts: string[];
}

const cents = (text: string) => Math.round(Number(text) * 100);
export const money = (amount: number) => (amount / 100).toFixed(2);

/** Shares an amount among what is open, the oldest first; what is left is the customer's credit. */
export function share(
  amount: string,
  currency: string,
  items: OpenItem[],
): { parts: Record<string, string>; left: string } {
  let left = Number.isFinite(Number(amount)) ? cents(amount) : 0;
  const parts: Record<string, string> = {};
  for (const item of [...items].sort((a, b) => a.dueOn.localeCompare(b.dueOn))) {
    if (left <= 0 || item.openAmount.currency !== currency) continue;
    const part = Math.min(left, cents(item.openAmount.amount));
    parts[item.id] = money(part);
    left -= part;
  }
  return { parts, left: money(left) };
}

/** What is not allocated; negative when too much is. */
export function leftOf(amount: string, parts: Record<string, string>): string {
  return money(cents(amount || '0') - Object.values(parts).reduce((sum, part) => sum + cents(part || '0'), 0));
}

const day = (from: string, days: number) => {
  const date = new Date(`${from}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - days);
  return date.toISOString().slice(0, 10);
};

/** The list behind a cell of the aging: not due, a bucket, or what is older. */
export function drill(aging: Aging, group: string, basis: string, row: string | null, bucket: number | null): string {
  const conditions = ['openAmount > 0'];
  if (row && group !== 'team') conditions.push(`${group} = "${row}"`);
  if (bucket !== null) {
    const { asOf, buckets } = aging;
    if (bucket === 0) conditions.push(`dueOn >= "${asOf}"`);
    else {
      conditions.push(`dueOn < "${day(asOf, bucket === 1 ? 0 : buckets[bucket - 2]!)}"`);
      if (bucket <= buckets.length) conditions.push(`dueOn >= "${day(asOf, buckets[bucket - 1]!)}"`);
    }
  }
  const type = basis === 'plans' ? 'payment-plans' : 'invoices';
  return `/${type}?${new URLSearchParams({ view: 'all', filter: conditions.join(' AND ') }).toString()}`;
}
