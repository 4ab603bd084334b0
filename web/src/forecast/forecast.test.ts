import { describe, expect, it } from 'vitest';
import { attained, drill, periodsAround, shifted, sum, treeOf } from './forecast';

describe('the rows of a forecast', () => {
  const teams = [
    { id: 'all', name: '总部', parent: null },
    { id: 'east', name: '华东', parent: 'all' },
    { id: 'empty', name: '华北', parent: 'all' },
  ];
  const rows = [
    { id: 'wei', name: '张伟', team: 'east', won: 0.1 },
    { id: 'fang', name: '王芳', team: 'all', won: 0.2 },
    { id: null, name: null, team: null, won: 5 },
  ];

  it('put people under their teams and nobody away', () => {
    expect(treeOf(teams, rows, '合计').map(({ name, depth }) => [name, depth])).toEqual([
      ['合计', 0],
      ['总部', 1],
      ['王芳', 2],
      ['华东', 2],
      ['张伟', 3],
      [null, 1],
    ]);
  });

  it('add up to the cent', () => {
    expect(treeOf(teams, rows, '').map((row) => sum(row.rows, ({ won }) => won))).toEqual([5.3, 0.3, 0.2, 0.1, 0.1, 5]);
  });
});

describe('what stands behind a figure', () => {
  it('is a list of the same rows', () => {
    expect(decodeURIComponent(drill('deals', ['a'], 'status = won'))).toBe(
      '/deals?filter=owner = "a" AND status = won',
    );
    expect(decodeURIComponent(drill('deals', ['a', 'b'], 'x'))).toBe('/deals?filter=owner in ("a", "b") AND x');
    expect(decodeURIComponent(drill('deals', [null], 'x'))).toBe('/deals?filter=owner = null AND x');
    expect(decodeURIComponent(drill('deals', null, 'x'))).toBe('/deals?filter=x');
  });
});

describe('periods', () => {
  it('go over the turn of the year', () => {
    expect(periodsAround(new Date(2026, 10, 22)).slice(0, 4)).toEqual(['2026-Q4', '2026-11', '2026-12', '2027-Q1']);
    expect(periodsAround(new Date(2026, 0, 5))).toContain('2025-Q4');
  });
  it('are counted back over the turn of the year', () => {
    expect([shifted('2026-Q2', -2), shifted('2026-01', -2), shifted('2026', -4), shifted('2026-Q4', 1)]).toEqual([
      '2025-Q4',
      '2025-11',
      '2022',
      '2027-Q1',
    ]);
  });
  it('measure against a target only where there is one', () => {
    expect([attained(50, 200), attained(1, 0), attained(1, null)]).toEqual([25, null, null]);
  });
});
