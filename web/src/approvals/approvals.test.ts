import { describe, expect, it } from 'vitest';
import { causesOf, colorOf, comingSigners, earlierSteps } from './approvals';

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
  it('tells a cause once', () => {
    const general = 'the price needs an approval';
    const line = (number: number, words: string) => `Line ${number} “Mill”: ${words}`;
    const exact = line(1, 'a margin of 3 %, below 8 %');
    expect(causesOf([exact, line(1, general), 'The margin of the whole, 4 %, is below 8 %', general], general)).toEqual(
      [exact, 'The margin of the whole, 4 %, is below 8 %'],
    );
    expect(causesOf([line(1, general), line(1, general), line(2, general)], general)).toEqual([
      line(1, general),
      line(2, general),
    ]);
    expect(causesOf([exact, line(2, general)], general)).toEqual([exact, line(2, general)]);
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
