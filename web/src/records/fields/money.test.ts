import { describe, expect, it } from 'vitest';
import { groupAmount, moneyText, parseAmount } from './money';

describe('an amount as people type it', () => {
  it.each([
    ['1,234.50', '1234.5'],
    ['￥12万', '120000'],
    ['１２３', '123'],
    ['1.2亿', '120000000'],
    ['3.5萬元', '35000'],
    ['0.1万', '1000'],
    ['2k', '2000'],
    ['5百万', '5000000'],
    ['-300', '-300'],
    ['-¥300.10元', '-300.1'],
    ['.5', '0.5'],
    ['007', '7'],
    ['0.1234万', '1234'],
    ['123456789012345678.99', '123456789012345678.99'],
    ['-0.00', '0'],
  ])('%s is %s', (typed, amount) => expect(parseAmount(typed)).toBe(amount));

  it.each(['', 'abc', '12a', '1.2.3', '-', '万'])('%s is no amount', (typed) => expect(parseAmount(typed)).toBeNull());
});

describe('money on the page', () => {
  it('groups thousands and keeps two places without rounding', () => {
    expect(groupAmount('1234567.5', 'CNY')).toBe('1,234,567.50');
    expect(groupAmount('123456789012345678.99', 'CNY')).toBe('123,456,789,012,345,678.99');
    expect(groupAmount('1000', 'JPY')).toBe('1,000');
    expect(groupAmount('0.125', 'CNY')).toBe('0.125');
  });

  it('puts the sign before the symbol', () => {
    expect(moneyText({ amount: '-1234.5', currency: 'CNY' })).toBe('-¥1,234.50');
    expect(moneyText({ amount: '12', currency: 'CHF' })).toBe('CHF 12.00');
  });

  it('shows masked amounts as they came', () => {
    expect(groupAmount('***', 'CNY')).toBe('***');
  });
});
