import { expect, it } from 'vitest';
import { freshKey, replaced, shifted, tidy } from './process';

const definition = {
  stages: [{ key: 'stage-1', name: '一', probability: 10, exit: [{ key: 'condition-1', kind: 'cost' as const }] }],
};

it('finds a key that nothing in the process has', () => {
  expect(freshKey(definition, 'stage')).toBe('stage-2');
  expect(freshKey(definition, 'condition')).toBe('condition-2');
  expect(freshKey(definition, 'step')).toBe('step-1');
});

it('moves stages without losing one at the ends', () => {
  expect(shifted(['a', 'b', 'c'], 1, 1)).toEqual(['a', 'c', 'b']);
  expect(shifted(['a', 'b', 'c'], 0, -1)).toEqual(['a', 'b', 'c']);
  expect(shifted(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'b', 'c']);
});

it('changes one item or takes it out', () => {
  expect(replaced([{ n: 1 }, { n: 2 }], 1, { n: 5 })).toEqual([{ n: 1 }, { n: 5 }]);
  expect(replaced([{ n: 1 }, { n: 2 }], 0, null)).toEqual([{ n: 2 }]);
});

it('sends nothing that says nothing', () => {
  expect(
    tidy({ stages: [{ key: 'a', name: '一', probability: 0, guidance: '', mayGoBack: false, steps: [] }], winReasons: [] }),
  ).toEqual({ stages: [{ key: 'a', name: '一', probability: 0, mayGoBack: false }] });
});
