import { describe, expect, it } from 'vitest';
import type { AnyRecord, Field } from '../../api/types';
import { groupedSort, groupFilter, groupKey, linesOf, summed, withoutGroups } from './groups';

const field = (name: string, kind: Field['kind']) => ({ name, kind, labels: {} }) as unknown as Field;
const level = field('level', 'choice');
const owner = field('owner', 'reference');
const created = field('createdAt', 'instant');

describe('groups of a list', () => {
  it('names a group by its value, a reference by its id, a moment by its month', () => {
    expect(groupKey(level, 'vip')).toBe('vip');
    expect(groupKey(owner, { id: 'u1', name: '张伟' })).toBe('u1');
    expect(groupKey(created, '2026-11-22T01:00:00Z')).toBe('2026-11');
    expect(groupKey(level, null)).toBe('');
  });

  it('leaves out the rows of folded groups, also of the one without a value', () => {
    expect(withoutGroups('city = "长沙"', level, new Set(['vip', '']))).toBe(
      '(city = "长沙") AND (NOT level = "vip" AND NOT level = null)',
    );
    expect(groupFilter(created, '2026-12')).toBe('(createdAt >= 2026-12-01 AND createdAt < 2027-01-01)');
  });

  it('puts rows of a group together before any other order', () => {
    expect(groupedSort(level, '-lastActivityAt,name')).toBe('level,-lastActivityAt,name');
    expect(groupedSort(level, '-level,name')).toBe('-level,name');
    expect(groupedSort(created, 'name')).toBe('-createdAt,name');
    expect(groupedSort(null, 'name')).toBe('name');
  });

  it('writes a heading before each group, and a folded one where it was', () => {
    const items = [
      { id: '1', level: 'vip' },
      { id: '2', level: 'vip' },
      { id: '3', level: null },
    ] as unknown as AnyRecord[];
    const lines = linesOf(items, level, {
      values: new Map([['small', 'small']]),
      order: ['vip', 'small', ''],
    });
    expect(
      lines.map((line) => (line.kind === 'row' ? line.index : `${line.key}${line.folded ? ' folded' : ''}`)),
    ).toEqual(['vip', 0, 1, 'small folded', '', 2]);
  });

  it('sums amounts and what an administrator counts, but no caps, places and rates', () => {
    const number = (name: string, custom = false, label = name) =>
      ({ ...field(name, 'integer'), custom, labels: { en: label }, right: 'edit' }) as Field;
    const columns = [
      number('quantity'),
      number('perDay'),
      number('position'),
      number('machines', true),
      number('share', true, 'Share %'),
    ];
    expect(summed(columns).map(({ name }) => name)).toEqual(['quantity', 'machines']);
  });
});
