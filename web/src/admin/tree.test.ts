import { describe, expect, it } from 'vitest';
import { addressOf, adminEntries } from './tree';

describe('the tree of the settings', () => {
  it('leads to lists outside of it by their own address', () => {
    const at = (name: string) => addressOf(adminEntries.find((entry) => entry.name === name)!);
    expect(at('priceLists')).toBe('/price-lists');
    expect(at('exchangeRates')).toBe('/exchange-rates');
    expect(at('users')).toBe('/admin/users');
  });
});
