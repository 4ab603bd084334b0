import { describe, expect, test } from 'vitest';
import { type Aging, amountRefusal, byCustomer, drill, leftOf, openIn, type OpenItem, share } from './money';

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
  test('what is large or no number at all gives no nonsense', () => {
    expect(leftOf('100000000000000000000.01', {})).toBe('100000000000000000000.01');
    expect(leftOf('abc', { a: '1' })).toBe('-1.00');
    expect(leftOf('1.234', {})).toBe('1.234');
    expect(share('¥1万', 'CNY', items).left).toBe('9699.90');
  });
  test('too much is seen', () => expect(leftOf('10', { a: '7', b: '3.01' })).toBe('-0.01'));
});

test('an amount that could not be entered is told at its field', () => {
  expect(
    ['abc', '', '0', '-5', '1.234', '1e3', '99999999999999999999'].map((text) => amountRefusal(text, 'CNY')),
  ).toEqual(['number', 'number', 'positive', 'positive', 'decimals', 'number', 'large']);
  expect(['1,234.50', '12万', '￥5'].map((text) => amountRefusal(text, 'CNY'))).toEqual([null, null, null]);
  expect(amountRefusal('1.234', 'KWD')).toBeNull();
  expect(amountRefusal('1.23', 'C')).toBeNull();
});

test('what many owe is summed by currency and by customer', () => {
  const of = (name: string, amount: string, currency = 'CNY') => ({
    customer: { id: name, name },
    openAmount: { amount, currency },
  });
  const items = [of('长沙银行', '0.10'), of('张氏精工', '5', 'USD'), of('长沙银行', '0.20')];
  expect(openIn(items)).toEqual([
    { amount: '0.30', currency: 'CNY' },
    { amount: '5.00', currency: 'USD' },
  ]);
  expect(byCustomer(items).find(({ customer }) => customer.name === '长沙银行')?.sums).toEqual([
    { amount: '0.30', currency: 'CNY' },
  ]);
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
