import { describe, expect, it } from 'vitest';
import { Problem } from '../api/problem';
import { bodyOf, moved, numberOf, pasted } from './grid';
import { refusedLines, wrongLines } from './quotes';

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
  it('says what is wrong with a line once, on the line', () => {
    expect(
      wrongLines([
        { kind: 'discount', line: 1, text: '第 2 行“水泵”折扣 45%，超过权限 10%' },
        { kind: 'floor', line: 1, text: '第 2 行“水泵”低于底价 5%' },
        { kind: 'margin', text: '整单毛利率 3% 低于 10%' },
      ]),
    ).toEqual(new Map([[1, '折扣 45%，超过权限 10% · 低于底价 5%']]));
    const lines = [{ product: { id: 'p', name: 'x' } }, {}, { description: '运费', quantity: '-1' }];
    const problem = new Problem(422, {
      errors: { 'lines.1.quantity': ['数量应大于 0'], 'lines.1.unitPrice': ['单价不能为负'] },
    });
    expect(refusedLines(problem, lines)).toEqual(new Map([[2, '数量应大于 0']]));
    expect(refusedLines(new Problem(409, {}), lines)).toBeNull();
  });
  it('moves a line', () => {
    expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
  });
});
