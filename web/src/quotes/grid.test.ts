import { describe, expect, it } from 'vitest';
import { bodyOf, moved, numberOf, pasted } from './grid';

describe('the grid of a quote', () => {
  it('takes a block from a spreadsheet and leaves its heading out', () => {
    expect(pasted('编码\t数量\t单价\r\nP-100\t3\t950\nF-1\t1,200\n\n')).toEqual([
      { words: 'P-100', quantity: '3', price: '950' },
      { words: 'F-1', quantity: '1,200' },
    ]);
  });
  it('says only what was typed and leaves empty lines out', () => {
    expect(
      bodyOf(
        [{ product: { id: 'p', name: 'x' }, quantity: '1,200', price: '￥ 95.5' }, {}, { id: 'l', discount: '' }],
        'CNY',
      ),
    ).toEqual([
      { product: 'p', quantity: 1200, unitPrice: { amount: '95.5', currency: 'CNY' }, discount: null },
      { id: 'l', quantity: 1, discount: null },
    ]);
  });
  it('reads numbers as people write them', () => {
    expect([numberOf('1,234.5'), numberOf('5%'), numberOf('x'), numberOf('')]).toEqual([1234.5, 5, null, null]);
  });
  it('moves a line', () => {
    expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
  });
});
