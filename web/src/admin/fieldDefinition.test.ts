import { describe, expect, it } from 'vitest';
import { choicesFromLines, isName, move, nameFrom } from './fieldDefinition';

describe('a custom field', () => {
  it('gets a name that programs can use', () => {
    expect(nameFrom({ en: 'Machine type' }, new Set())).toBe('machineType');
    expect(nameFrom({ en: 'Machine type' }, new Set(['machineType']))).toBe('machineType2');
    expect(nameFrom({ 'zh-Hans': '机型' }, new Set())).toBe('field1');
    expect(nameFrom({ en: '3D printer' }, new Set())).toBe('field3dPrinter');
    expect([nameFrom({ en: 'x'.repeat(80) }, new Set()), 'field1', 'machineType2'].every(isName)).toBe(true);
  });

  it('takes choices as lines and keeps those it knows', () => {
    const known = [{ value: 'big', labels: { 'zh-Hans': '大型' }, color: 'red', retired: true }];
    expect(choicesFromLines('大型\n小型\n小型\n\n', known)).toEqual([
      known[0],
      { value: '小型', labels: { 'zh-Hans': '小型' }, color: 'grey', retired: false },
    ]);
  });

  it('moves a line and stops at the ends', () => {
    expect(move(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
    expect(move(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
  });
});
