import { describe, expect, it } from 'vitest';
import { cycleSort, readSort, writeSort } from './sorting';

describe('the order of a list', () => {
  it('is read and written', () => {
    expect(readSort('-lastActivityAt,name')).toEqual([
      { field: 'lastActivityAt', descending: true },
      { field: 'name', descending: false },
    ]);
    expect(writeSort(readSort(' -a , b ,'))).toBe('-a,b');
    expect(readSort(null)).toEqual([]);
  });

  it('goes up, down, away with clicks on one header', () => {
    const up = cycleSort([], 'name', false);
    const down = cycleSort(up, 'name', false);
    expect([writeSort(up), writeSort(down), writeSort(cycleSort(down, 'name', false))]).toEqual(['name', '-name', '']);
  });

  it('keeps the other keys with Shift', () => {
    expect(writeSort(cycleSort(readSort('-a'), 'b', true))).toBe('-a,b');
    expect(writeSort(cycleSort(readSort('-a,b'), 'a', true))).toBe('b');
    expect(writeSort(cycleSort(readSort('-a,b'), 'c', false))).toBe('c');
  });
});
