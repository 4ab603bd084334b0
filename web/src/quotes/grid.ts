import type { Money } from '../api/types';

/** A line as the grid holds it: what is typed, and what the server made of it. */
export interface GridLine {
  id?: string;
  product?: { id: string; name: string } | null;
  code?: string;
  description?: string;
  quantity?: number | string;
  unit?: string;
  unitPrice?: Money | null;
  listPrice?: Money | null;
  discount?: number | string | null;
  taxRate?: number | string | null;
  net?: Money;
  /** Of one, after both discounts. */
  netPrice?: Money;
  unitCost?: Money;
  /** Percent of the line that is left after its cost; only for whoever may read costs. */
  margin?: number;
  stock?: number;
  stockSource?: string;
  leadDays?: number | null;
  remark?: string;
  /** Typed into the price by hand. */
  price?: string;
}

/** Whether a row of the grid is a line of the quote. */
export const isFilled = (line: GridLine) => Boolean(line.id || line.product || line.description?.trim());

/** The body of a write: only what a person may say, in the order of the grid; empty lines are left out. */
export function bodyOf(lines: readonly GridLine[], currency: string): Record<string, unknown>[] {
  return lines.filter(isFilled).map((line) => ({
    ...(line.id && { id: line.id }),
    ...(line.product !== undefined && { product: line.product?.id ?? null }),
    ...(line.description?.trim() && { description: line.description.trim() }),
    quantity: numberOf(line.quantity) ?? 1,
    ...(line.price !== undefined && {
      unitPrice: line.price.trim() ? { amount: line.price.replace(/[,，¥￥\s]/g, ''), currency } : null,
    }),
    discount: numberOf(line.discount),
    ...(line.taxRate !== undefined && line.taxRate !== '' && { taxRate: numberOf(line.taxRate) }),
    ...(line.remark !== undefined && { remark: line.remark }),
  }));
}

export function numberOf(value: number | string | null | undefined): number | null {
  if (value === null || value === undefined || value === '') return null;
  const number = Number(String(value).replace(/[,，%\s]/g, ''));
  return Number.isFinite(number) ? number : null;
}

/** Rows pasted from a spreadsheet: a product's code or name, then quantity, price and discount. A heading row is left out. */
export function pasted(text: string): { words: string; quantity?: string; price?: string; discount?: string }[] {
  return text
    .replace(/\r/g, '')
    .split('\n')
    .map((row) => row.split('\t').map((cell) => cell.trim()))
    .filter((cells) => cells[0] && !(cells[1] && numberOf(cells[1]) === null))
    .map(([words, quantity, price, discount]) => ({
      words: words ?? '',
      ...(quantity && { quantity }),
      ...(price && { price }),
      ...(discount && { discount }),
    }));
}

/** The list with one entry moved to another place. */
export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const next = [...items];
  const [item] = next.splice(from, 1);
  if (item !== undefined) next.splice(to, 0, item);
  return next;
}
