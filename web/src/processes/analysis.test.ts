import { expect, it } from 'vitest';
import { draw, type Node, placeOf } from './analysis';

const node = (stage: string): Node => ({ stage, name: stage, visits: 1, deals: 1, here: 0, stayed: null, expectedDays: 5, late: 0, totalDays: 1, steps: [] });
const nodes = ['a', 'b', 'c'].map(node);

it('puts stages below each other in their order, the ends at the foot', () => {
  const places = ['start', 'a', 'b', 'c', 'won'].map((key) => placeOf(key, nodes).y);
  expect([...places].sort((x, y) => x - y)).toEqual(places);
  expect(placeOf('won', nodes).y).toBe(placeOf('lost', nodes).y);
});

it('draws what goes on straight, what comes back on the left and dashed, the thicker the more', () => {
  const [on, back, over] = draw(
    [
      { from: 'a', to: 'b', count: 10, meanDays: 2 },
      { from: 'b', to: 'a', count: 5, meanDays: 2 },
      { from: 'a', to: 'c', count: 1, meanDays: 2 },
    ],
    nodes,
  );
  expect([on!.back, back!.back, over!.back]).toEqual([false, true, false]);
  expect(on!.path).toContain('L');
  expect(back!.x).toBeLessThan(placeOf('a', nodes).x);
  expect(over!.x).toBeGreaterThan(placeOf('a', nodes).x);
  expect(on!.width).toBeGreaterThan(back!.width);
});
