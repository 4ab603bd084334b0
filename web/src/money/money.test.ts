import { describe, expect, test } from 'vitest';
import { type Aging, drill, leftOf, type OpenItem, share } from './money';

const item = (id: string, dueOn: string, amount: string, currency = 'CNY') =>
  ({ id, version: 1, kind: 'invoice', title: id, dueOn, openAmount: { amount, currency } }) as unknown as OpenItem;

describe('sharing a receipt', () => {
  const items = [
    item('b', '2026-11-01', '200.10'),
    item('a', '2026-10-01', '100.00'),
    item('c', '2026-09-01', '5', 'USD'),
  ];
  test('the oldest of its currency first, the rest is credit', () => {
    expect(share('250.05', 'CNY', items)).toEqual({ parts: { a: '100.00', b: '150.05' }, left: '0.00' });
    expect(share('400', 'CNY', items)).toEqual({ parts: { a: '100.00', b: '200.10' }, left: '99.90' });
    expect(share('nothing', 'CNY', items)).toEqual({ parts: {}, left: '0.00' });
  });
  test('too much is seen', () => expect(leftOf('10', { a: '7', b: '3.01' })).toBe('-0.01'));
});

test('a cell leads to what it is made of', () => {
  const aging = { asOf: '2026-11-22', buckets: [30, 60], amounts: [] } as unknown as Aging;
  const filter = (row: string | null, bucket: number | null) =>
    new URLSearchParams(drill(aging, 'customer', 'invoices', row, bucket).split('?')[1]).get('filter');
  expect(filter('X', null)).toBe('openAmount > 0 AND customer = "X"');
  expect(filter(null, 0)).toBe('openAmount > 0 AND dueOn >= "2026-11-22"');
  expect(filter(null, 1)).toBe('openAmount > 0 AND dueOn < "2026-11-22" AND dueOn >= "2026-10-23"');
  expect(filter(null, 3)).toBe('openAmount > 0 AND dueOn < "2026-09-23"');
});
