import { describe, expect, it } from 'vitest';
import { nothing, scopeOf, setFlag, setReach, tidy } from './rights';

const team = { ...nothing, read: 'team', edit: 'team', delete: 'own', create: true, import: true } as const;

describe('the rights of a role', () => {
  it('never lets somebody change what he cannot see', () => {
    expect(setReach(team, 'read', 'own')).toMatchObject({ read: 'own', edit: 'own', delete: 'own', create: true });
    expect(setReach(team, 'read', 'none')).toEqual(nothing);
    expect(setReach(team, 'edit', 'all')).toMatchObject({ read: 'all', edit: 'all', delete: 'own' });
  });

  it('needs creating for importing', () => {
    expect(setFlag(nothing, 'import', true)).toMatchObject({ import: true, create: true, read: 'own' });
    expect(setFlag(team, 'create', false)).toMatchObject({ create: false, import: false });
  });

  it('grants nothing that is not said', () => {
    expect(scopeOf(null, 'customers')).toEqual(nothing);
    expect(scopeOf({ customers: { read: 'all' } as never }, 'customers')).toEqual({ ...nothing, read: 'all' });
  });

  it('keeps only limits on fields', () => {
    expect(tidy({ customers: { phone: 'masked', city: 'edit' }, contacts: { name: 'edit' } })).toEqual({
      customers: { phone: 'masked' },
    });
  });
});
