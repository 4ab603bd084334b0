import { describe, expect, it } from 'vitest';
import { bestShare, groupsOf, listOf, movesOf, percent, plain } from './value';
import { linesOf, shortened, treeOf } from './Tree';

describe('customer value', () => {
  it('counts who came up into a tier and who fell out of it', () => {
    const moves = [
      { from: 'small', to: 'vip', customers: 2 },
      { from: 'major', to: 'vip', customers: 3 },
      { from: 'vip', to: 'small', customers: 1 },
      { from: 'vip', to: 'vip', customers: 9 },
    ];
    expect(movesOf({ moves }, 'vip')).toEqual({ up: 5, down: 1 });
    expect(movesOf({ moves }, 'small')).toEqual({ up: 0, down: 0 });
  });

  it('keeps the tiers in their order, empty ones too', () => {
    const groups = groupsOf({ groups: [{ keys: ['small'], values: [7, '10.50', null, 3, 0, 1] }] });
    expect(groups.map(({ name, customers }) => [name, customers])).toEqual([
      ['vip', 0],
      ['major', 0],
      ['ordinary', 0],
      ['small', 7],
    ]);
    expect(groups[3]).toMatchObject({ revenue: 10.5, current: 0, model: 3 });
  });

  it('reads a share off the curve and writes a filter into the address', () => {
    expect(
      bestShare(
        [
          [0.01, 0.2],
          [0.2, 0.74],
          [1, 1],
        ],
        0.2,
      ),
    ).toBe(0.74);
    expect(bestShare([], 0.2)).toBeUndefined();
    expect(new URLSearchParams(listOf('value.tier = "vip"').split('?')[1]).get('filter')).toBe('value.tier = "vip"');
    expect([percent(0.012), percent(0.2)]).toEqual(['1.2 %', '20 %']);
  });
});

it('draws rules that share their first conditions as branches of one tree', () => {
  const root = treeOf([
    { path: ['a ≤ 1'], outcome: '✓', customers: 30, share: 0.9, lift: 2 },
    { path: ['a > 1', 'b = x'], outcome: '✗', customers: 50, share: 0.8, lift: 1 },
    { path: ['a > 1', 'b = y'], outcome: '✓', customers: 20, share: 0.6, lift: 1.5 },
  ]);
  expect(root.rows).toBe(100);
  expect(root.next.map(({ name, rows }) => [name, rows])).toEqual([
    ['a ≤ 1', 30],
    ['a > 1', 70],
  ]);
  expect(root.next[1]!.next.map(({ leaf }) => leaf?.outcome)).toEqual(['✗', '✓']);
  // Below each other, each after its parent, so that every condition has room to be read in full.
  expect(linesOf(root).map(({ name, depth, parent }) => [name, depth, parent])).toEqual([
    ['a ≤ 1', 0, -1],
    ['a > 1', 0, -1],
    ['b = x', 1, 1],
    ['b = y', 1, 1],
  ]);
  expect(shortened('下单间隔（天）缺失或 ≤ 46.165', 40)).toBe('下单间隔（天）缺失或 ≤ 46.165');
  expect(shortened(`行业为${Array.from({ length: 11 }, (_, i) => `第${i}个行业`).join('、')}`, 40)).toMatch(/^行业为第0个行业、.* … \+\d$/);
});

it('writes the numbers of a model without exponents', () => {
  expect([14143.54, 0.235771, 1.2345e-7, 48.5846].map((value) => plain(value))).toEqual([
    '14,140',
    '0.2358',
    '0.0000001235',
    '48.58',
  ]);
});
