import { describe, expect, it } from 'vitest';
import { attention, type Board, daysIn, daysOfMonth, isPast, isStalled, monthAfter, moved, weekdays } from './board';

const now = Date.parse('2026-11-22T04:00:00Z');

describe('a card on the board', () => {
  it('is overdue, due today, planned or has nothing planned', () => {
    expect(attention({ nextActivityAt: '2026-11-21T00:00:00Z' }, now)).toBe('overdue');
    expect(attention({ nextActivityAt: '2026-11-22T05:00:00Z' }, now)).toBe('today');
    expect(attention({ nextActivityAt: '2026-12-01T00:00:00Z' }, now)).toBe('planned');
    expect(attention({}, now)).toBe('none');
  });

  it('counts whole days in its stage and is stalled after those that are expected', () => {
    expect(daysIn({ stageSince: '2026-11-12T04:00:00Z' }, now)).toBe(10);
    expect(isStalled({ stageSince: '2026-11-12T04:00:00Z' }, 10, now)).toBe(false);
    expect(isStalled({ stageSince: '2026-11-11T04:00:00Z' }, 10, now)).toBe(true);
  });

  it('takes its amount along to another column', () => {
    const column = { expectedDays: 1, guidance: null };
    const board: Board = {
      process: 'p',
      columns: [
        {
          ...column,
          stage: 'a',
          name: '一',
          count: 30,
          sum: 500,
          weighted: 50,
          deals: [
            {
              id: '1',
              version: 1,
              name: '单',
              homeAmount: { amount: '100.00', currency: 'CNY' },
              probability: 10,
            } as never,
          ],
        },
        { ...column, stage: 'b', name: '二', count: 0, sum: 0, weighted: 0, deals: [] },
      ],
    };
    const after = moved(board, '1', 'b');
    expect(after.columns.map(({ count, sum, weighted, deals }) => [count, sum, weighted, deals.length])).toEqual([
      [29, 400, 40, 0],
      [1, 100, 10, 1],
    ]);
    expect(moved(board, '1', 'a')).toBe(board);
    expect(moved(board, 'nowhere', 'b')).toBe(board);
  });
});

it('lays out the days of a month, Monday first', () => {
  const days = daysOfMonth('2026-02');
  expect(days).toHaveLength(28);
  expect(days[0]).toEqual({ day: '2026-02-01', weekday: 7, first: true });
  expect(daysOfMonth('2024-02')).toHaveLength(29);
  expect([monthAfter('2026-12', 1), monthAfter('2026-01', -1)]).toEqual(['2027-01', '2025-12']);
});

it('names the days of the week, Monday first', () => {
  expect(weekdays('en')).toEqual(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']);
  expect(weekdays('zh-Hans')[0]).toBe('周一');
});

it('tells a deal that should have closed from one that closes today or never', () => {
  expect([isPast({ expectedClose: '2026-11-22' }, '2026-11-23'), isPast({ expectedClose: '2026-11-23' }, '2026-11-23'), isPast({}, '2026-11-23')]).toEqual([true, false, false]);
});
