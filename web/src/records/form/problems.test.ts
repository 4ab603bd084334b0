import { describe, expect, it } from 'vitest';
import { Problem } from '../../api/problem';
import { refusalOf } from './problems';

const shown = [{ name: 'name' }, { name: 'address' }];

describe('what the server answers to a save', () => {
  it('is said at the field it is about, also inside an address', () => {
    const problem = new Problem(422, {
      detail: '请检查',
      errors: { name: ['不能为空'], 'address.postcode': ['六位数字'] },
    });
    expect(refusalOf(problem, shown)).toEqual({
      kind: 'fields',
      byField: { name: '不能为空', address: '六位数字' },
      general: null,
    });
  });

  it('is said at the top when the form does not show the field', () => {
    const problem = new Problem(422, { errors: { creditCode: ['校验位不对'] } });
    expect(refusalOf(problem, shown)).toEqual({ kind: 'general', message: '校验位不对' });
  });

  it('can be a warning with keys to go on', () => {
    const problem = new Problem(409, {
      detail: '已有同名客户',
      confirm: ['duplicate'],
      errors: { name: ['长沙银行（王五）'] },
    });
    expect(refusalOf(problem, shown)).toEqual({
      kind: 'confirm',
      keys: ['duplicate'],
      message: '已有同名客户',
      details: ['长沙银行（王五）'],
    });
  });

  it('is a conflict when somebody was faster', () => {
    expect(refusalOf(new Problem(412, {}), shown)).toEqual({ kind: 'conflict' });
  });
});
