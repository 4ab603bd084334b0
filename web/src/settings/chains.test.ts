import { describe, expect, it } from 'vitest';
import { chainOf, freeKey, signerOf } from './chains';

describe('a chain', () => {
  it('is read from text and from what is read already, and is empty where nothing can be read', () => {
    const chain = { steps: [{ key: 'a', name: '主管', who: [] }] };
    expect(chainOf(JSON.stringify(chain))).toEqual(chain);
    expect(chainOf(chain)).toEqual(chain);
    for (const broken of ['{', null, undefined, 7, '{"steps":1}']) expect(chainOf(broken)).toEqual({ steps: [] });
  });

  it('gives a new step a key that none has', () => {
    const step = (key: string) => ({ key, name: '', who: [] });
    expect(freeKey([])).toBe('step-1');
    expect(freeKey([step('step-2')])).toBe('step-3');
    expect(freeKey([step('x'), step('step-3')])).toBe('step-4');
  });

  it('gives a signer what its kind needs', () => {
    expect(signerOf('manager', [])).toEqual({ kind: 'manager', level: 1 });
    expect(signerOf('role', [{ value: 'finance' }])).toEqual({ kind: 'role', role: 'finance' });
    expect(signerOf('chosen', [])).toEqual({ kind: 'chosen' });
  });
});
