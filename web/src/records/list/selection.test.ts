import { describe, expect, it } from 'vitest';
import { extend, isSelected, nothing, selectEverything, selectLoaded, sizeOf, toggle, within } from './selection';

const order = ['a', 'b', 'c', 'd', 'e'];

describe('selecting rows', () => {
  it('ticks and unticks one', () => {
    const one = toggle(nothing, 'b', order);
    expect([...one.ids]).toEqual(['b']);
    expect([...toggle(one, 'b', order).ids]).toEqual([]);
  });

  it('takes a range from the last ticked row, downwards and upwards', () => {
    const down = extend(toggle(nothing, 'b', order), 'd', order);
    expect([...down.ids].sort()).toEqual(['b', 'c', 'd']);
    expect([...extend(down, 'a', order).ids].sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('starts a range where nothing was ticked yet', () => {
    expect([...extend(nothing, 'c', order).ids]).toEqual(['c']);
  });

  it('counts rows that are not loaded when everything is meant', () => {
    const all = selectEverything(order);
    expect(isSelected(all, 'not loaded')).toBe(true);
    expect(sizeOf(all, 12_000)).toBe(12_000);
    expect(sizeOf(selectLoaded(order), 12_000)).toBe(5);
  });

  it('falls back to the loaded rows when one is taken out of everything', () => {
    const but = toggle(selectEverything(order), 'c', order);
    expect(but.everything).toBe(false);
    expect([...but.ids]).toEqual(['a', 'b', 'd', 'e']);
  });

  it('forgets rows that left the list', () => {
    expect([...within(selectLoaded(order), ['a', 'c']).ids]).toEqual(['a', 'c']);
  });
});
