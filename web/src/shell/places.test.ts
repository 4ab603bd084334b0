import { describe, expect, it } from 'vitest';
import { type PlaceGroup, placeAt } from './places';

const place = (key: string, to: string) => ({ key, to, icon: 'record' as const, label: key, words: '' });
const groups: PlaceGroup[] = [
  { key: 'today', icon: 'check', label: '', places: [place('/calendar', '/deals/calendar')] },
  { key: 'sales', icon: 'deal', label: '', places: [place('deals', '/deals/board'), place('quotes', '/quotes')] },
];

describe('where one is in the menu', () => {
  it.each([
    ['/deals/board', 'deals'],
    ['/deals', 'deals'],
    ['/deals/0190-1', 'deals'],
    ['/deals/calendar', '/calendar'],
    ['/quotes/7', 'quotes'],
    ['/quotes-of-others', undefined],
    ['/', undefined],
  ])('%s is %s', (path, expected) => {
    expect(placeAt(path, groups)?.place).toBe(expected);
  });
});
