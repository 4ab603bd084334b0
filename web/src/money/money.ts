import type { AnyRecord, Money, Reference } from '../api/types';
import { parseAmount } from '../records/fields/money';

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

/** What is wrong with an amount that was typed; nothing is no amount yet. Told in the words of `amount`. */
export function amountRefusal(text: string, currency: string): 'number' | 'positive' | 'decimals' | 'large' | null {
  const amount = parseAmount(text);
  if (amount === null) return 'number';
  if (!/[1-9]/.test(amount) || amount.startsWith('-')) return 'positive';
  if (Number(amount) > largest) return 'large';
  return (amount.split('.')[1]?.length ?? 0) > Math.max(2, decimalsIn(currency)) ? 'decimals' : null;
}

/** As the server keeps it: nine hundred trillion. */
const largest = 900_000_000_000_000;

function decimalsIn(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    // Not a currency's code yet: it is still being typed.
    return 2;
  }
}

/** Ten-thousandths as whole numbers: sums agree with their parts, however large; what is no amount counts nothing. */
function unitsOf(text: string): bigint {
  const [whole, fraction = ''] = (parseAmount(text) ?? '0').split('.');
  const units = BigInt(whole!.replace('-', '')) * 10_000n + BigInt(fraction.slice(0, 4).padEnd(4, '0'));
  return whole!.startsWith('-') ? -units : units;
}

function textOf(units: bigint): string {
  const digits = String(units < 0n ? -units : units).padStart(5, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4).replace(/0{1,2}$/, '')}`;
}

/** Shares an amount among what is open, the oldest first; what is left is the customer's credit. */
export function share(
  amount: string,
  currency: string,
  items: OpenItem[],
): { parts: Record<string, string>; left: string } {
  let left = unitsOf(amount);
  const parts: Record<string, string> = {};
  for (const item of [...items].sort((a, b) => a.dueOn.localeCompare(b.dueOn))) {
    if (left <= 0n || item.openAmount.currency !== currency) continue;
    const open = unitsOf(item.openAmount.amount);
    const part = open < left ? open : left;
    parts[item.id] = textOf(part);
    left -= part;
  }
  return { parts, left: textOf(left) };
}

/** What is not allocated; negative when too much is. */
export function leftOf(amount: string, parts: Record<string, string>): string {
  return textOf(Object.values(parts).reduce((sum, part) => sum - unitsOf(part), unitsOf(amount)));
}

/** How much is open, a sum for each currency. */
export function openIn(items: { openAmount: Money }[]): Money[] {
  const sums = new Map<string, bigint>();
  for (const { openAmount } of items)
    sums.set(openAmount.currency, (sums.get(openAmount.currency) ?? 0n) + unitsOf(openAmount.amount));
  return [...sums].map(([currency, units]) => ({ amount: textOf(units), currency }));
}

/** Whose money it is, in the order of the names. */
export function byCustomer(
  items: (Pick<OpenItem, 'openAmount'> & { customer: Reference })[],
): { customer: Reference; sums: Money[] }[] {
  const customers = new Map(items.map(({ customer }) => [customer.id, customer]));
  return [...customers.values()]
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .map((customer) => ({ customer, sums: openIn(items.filter((item) => item.customer.id === customer.id)) }));
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
