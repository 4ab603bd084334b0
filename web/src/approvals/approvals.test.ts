import { describe, expect, it } from 'vitest';
import { colorOf, comingSigners, earlierSteps } from './approvals';

const step = (key: string, current = false) => ({
  key,
  name: key,
  mode: 'any' as const,
  current,
  past: false,
  signers: [],
});

describe('approvals', () => {
  it('can be sent back only to steps before the present one', () => {
    expect(earlierSteps({ steps: [step('a'), step('b', true), step('c')] })).toEqual([{ key: 'a', name: 'a' }]);
    expect(earlierSteps({ steps: [step('a')] })).toEqual([]);
  });
  it('shows a word that counts again like the first one', () => {
    expect(colorOf('same')).toBe('green');
    expect(colorOf('void')).toBe('grey');
  });
  it('names who will be asked later, not at steps that have come or are passed over', () => {
    const ahead = [
      { name: 'a', signers: ['张伟'] },
      { name: 'b', signers: ['王芳'] },
      { name: 'c', signers: [], instead: ['周敏'] },
      { name: 'd', signers: ['林国栋'], holds: false },
    ].map((one) => ({ instead: [], holds: true, mode: 'any' as const, chosen: false, ...one }));
    expect(
      [step('a', true), step('b'), step('c'), step('d'), step('e')].map((one) => comingSigners(one, ahead)),
    ).toEqual([[], ['王芳'], ['周敏'], [], []]);
  });
});
