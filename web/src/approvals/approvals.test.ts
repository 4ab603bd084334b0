import { describe, expect, it } from 'vitest';
import { colorOf, earlierSteps } from './approvals';

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
});
