import { matchRoutes } from 'react-router';
import { describe, expect, it } from 'vitest';
import { router } from '../routes';
import { adminPages } from './AdminPages';
import { addressOf, adminEntries, isElsewhere } from './tree';

describe('every entry of the administration', () => {
  it.each(adminEntries.map((entry) => [entry.name, entry] as const))('%s leads to a page', (_, entry) => {
    const route = matchRoutes(router.routes, addressOf(entry))?.at(-1)?.route.path;
    expect(addressOf(entry)).not.toContain('//');
    expect(route).toBe(isElsewhere(entry) ? ':type' : 'admin/*');
    if (!isElsewhere(entry)) expect(adminPages).toHaveProperty([entry.path]);
  });

  it('has an entry for every page', () => {
    expect(Object.keys(adminPages).filter((path) => !adminEntries.some((entry) => entry.path === path))).toEqual([]);
  });
});
