import { describe, expect, it } from 'vitest';
import type { Field, Me, RecordType, SavedView } from '../../api/types';
import { addressOf, builtInViews, change, resolve, wholeFilter } from './listState';

const owner = { name: 'owner', kind: 'reference', reference: 'users' } as Field;
const customers = {
  type: 'customers',
  titleField: 'name',
  fields: [owner],
  list: { columns: ['name', 'owner'], sort: '-lastActivityAt' },
} as unknown as RecordType;
const me = { team: { id: 't', name: '华东' }, preferences: {} } as unknown as Me;
const vip: SavedView = {
  id: 'v1',
  type: 'customers',
  name: 'VIP',
  scope: 'personal',
  mine: true,
  definition: { filter: 'level = "A"', sort: 'name', columns: ['name', 'city'] },
};
const at = (text: string) => new URLSearchParams(text);

describe('what a list shows', () => {
  it('is everything in the usual order when the address says nothing', () => {
    const state = resolve(at(''), customers, [], me);
    expect(state).toMatchObject({
      view: 'all',
      filter: '',
      sort: '-lastActivityAt',
      changed: false,
      density: 'normal',
    });
  });

  it('adds the condition of a built-in view to the filter', () => {
    expect(wholeFilter(resolve(at('view=mine&filter=city = "上海"'), customers, [], me))).toBe(
      '(owner = me) AND (city = "上海")',
    );
    expect(wholeFilter(resolve(at('view=team'), customers, [], me))).toBe('owner.team = "华东"');
  });

  it('is the saved view, until the address says otherwise', () => {
    expect(resolve(at('view=v1'), customers, [vip], me)).toMatchObject({
      filter: 'level = "A"',
      sort: 'name',
      columns: ['name', 'city'],
      changed: false,
    });
    expect(resolve(at('view=v1&filter='), customers, [vip], me)).toMatchObject({ filter: '', changed: true });
  });

  it('falls back to everything when the view is gone', () => {
    expect(resolve(at('view=gone'), customers, [vip], me).view).toBe('all');
  });

  it('offers mine and team only where records have owners', () => {
    expect(builtInViews({ ...customers, fields: [] }, me)).toEqual(['all']);
    expect(builtInViews(customers, { ...me, team: null })).toEqual(['mine', 'all']);
  });
});

describe('the address after a change', () => {
  const state = (text: string) => resolve(at(text), customers, [vip], me);
  it('leaves out what equals the view', () => {
    expect(
      change(at('view=v1&filter=x'), customers, state('view=v1&filter=x'), { filter: 'level = "A"' }).toString(),
    ).toBe('view=v1');
    expect(change(at('sort=name'), customers, state('sort=name'), { sort: '-lastActivityAt' }).toString()).toBe('');
    expect(change(at(''), customers, state(''), { columns: ['name', 'owner'] }).toString()).toBe('');
  });
  it('says so when a view’s own filter is taken away', () => {
    expect(change(at('view=v1'), customers, state('view=v1'), { filter: '' }).toString()).toBe('view=v1&filter=');
  });
});

describe('the same records in another shape', () => {
  it('begins with the view it is told to begin with, until the address names one', () => {
    expect(resolve(at(''), customers, [], me, 'mine').view).toBe('mine');
    expect(resolve(at('view=all'), customers, [], me, 'mine').view).toBe('all');
  });

  it('takes view, filter and words along to the list', () => {
    const state = resolve(at('process=p1&view=team&filter=city = "上海"&q=泵'), customers, [], me, 'mine');
    const address = addressOf('/customers', state);
    expect(Object.fromEntries(at(address.split('?')[1]!))).toEqual({ view: 'team', filter: 'city = "上海"', q: '泵' });
    expect(addressOf('/customers', resolve(at('view=v1'), customers, [vip], me))).toBe('/customers?view=v1');
    expect(addressOf('/customers', resolve(at(''), customers, [], me))).toBe('/customers');
  });
});
