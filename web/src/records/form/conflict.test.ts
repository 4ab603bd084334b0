import { describe, expect, it } from 'vitest';
import { mergeConflict, preselect, resolve } from './conflict';

const fields = [
  { name: 'name', kind: 'text' },
  { name: 'city', kind: 'text' },
  { name: 'owner', kind: 'reference' },
  { name: 'annualRevenue', kind: 'money' },
  { name: 'tags', kind: 'tags' },
];
const base = {
  name: '长沙银行',
  city: '长沙',
  owner: { id: '1', name: '王五' },
  annualRevenue: { amount: '100', currency: 'CNY' },
  tags: ['展会'],
};

describe('two people changed the same record', () => {
  it('keeps changes to different fields without a question', () => {
    const merge = mergeConflict(fields, base, { ...base, city: '武汉' }, { ...base, name: '长沙银行股份' });
    expect(merge.conflicts).toEqual([]);
    expect(merge.mine).toEqual({ city: '武汉' });
    expect(merge.theirs).toEqual(['name']);
  });

  it('asks about a field both changed, and about nothing else', () => {
    const merge = mergeConflict(fields, base, { ...base, city: '武汉', tags: [] }, { ...base, city: '上海' });
    expect(merge.conflicts).toEqual([{ field: 'city', base: '长沙', mine: '武汉', theirs: '上海' }]);
    expect(resolve(merge, { city: 'theirs' })).toEqual({ tags: [] });
    expect(resolve(merge, { city: 'mine' })).toEqual({ tags: [], city: '武汉' });
  });

  it('is silent when both made the same change', () => {
    const merge = mergeConflict(fields, base, { ...base, city: '上海' }, { ...base, city: '上海' });
    expect(merge).toEqual({ mine: {}, conflicts: [], theirs: [] });
  });

  it('compares references by id and amounts by number', () => {
    const draft = { ...base, owner: '1', annualRevenue: { amount: '100.00', currency: 'CNY' } };
    expect(mergeConflict(fields, base, draft, base)).toEqual({ mine: {}, conflicts: [], theirs: [] });
  });

  it('leaves fields alone that the draft does not hold', () => {
    expect(mergeConflict(fields, base, { city: '武汉' }, base).mine).toEqual({ city: '武汉' });
  });

  it('preselects the side that says something', () => {
    expect(preselect({ field: 'city', base: '', mine: null, theirs: '上海' })).toBe('theirs');
    expect(preselect({ field: 'city', base: '', mine: '武汉', theirs: '上海' })).toBe('mine');
  });
});
