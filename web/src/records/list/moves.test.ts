import { describe, expect, it } from 'vitest';
import { moved, nextEditable } from './moves';

describe('moving over a grid', () => {
  const at = (row: number, cell = -1) => ({ row, cell });
  it('starts at the first row going down and at the last going up', () => {
    expect(moved(at(-1), 'j', 5, 3, 10)).toEqual(at(0));
    expect(moved(at(-1), 'k', 5, 3, 10)).toEqual(at(4));
  });
  it('stops at both ends', () => {
    expect(moved(at(4), 'ArrowDown', 5, 3, 10)).toEqual(at(4));
    expect(moved(at(0), 'ArrowUp', 5, 3, 10)).toEqual(at(0));
    expect(moved(at(3), 'PageDown', 5, 3, 10)).toEqual(at(4));
    expect(moved(at(3), 'Home', 5, 3, 10)).toEqual(at(0));
  });
  it('goes from the row into its cells and back', () => {
    expect(moved(at(2), 'ArrowRight', 5, 3, 10)).toEqual(at(2, 0));
    expect(moved(at(2, 2), 'ArrowRight', 5, 3, 10)).toEqual(at(2, 2));
    expect(moved(at(2, 0), 'ArrowLeft', 5, 3, 10)).toEqual(at(2, -1));
  });
  it('leaves other keys and empty lists alone', () => {
    expect(moved(at(0), 'z', 5, 3, 10)).toBeNull();
    expect(moved(at(-1), 'j', 0, 3, 10)).toBeNull();
  });
});

describe('Tab between cells that can be edited', () => {
  const editable = [true, false, true];
  it('skips the others and goes on in the next row', () => {
    expect(nextEditable({ row: 0, cell: 0 }, editable, 2, 1)).toEqual({ row: 0, cell: 2 });
    expect(nextEditable({ row: 0, cell: 2 }, editable, 2, 1)).toEqual({ row: 1, cell: 0 });
    expect(nextEditable({ row: 1, cell: 0 }, editable, 2, -1)).toEqual({ row: 0, cell: 2 });
  });
  it('ends after the last', () => {
    expect(nextEditable({ row: 1, cell: 2 }, editable, 2, 1)).toBeNull();
    expect(nextEditable({ row: 0, cell: 0 }, [false], 2, 1)).toBeNull();
  });
});
