import { describe, expect, it } from 'vitest';
import { byDay, fits, type TimelineItem } from './timeline';

const call: TimelineItem = {
  at: '2026-11-22T01:00:00Z',
  kind: 'activity',
  activity: { id: '1', version: 1, kind: 'call' },
};
const change: TimelineItem = { at: '2026-11-21T01:00:00Z', kind: 'change' };
const comment: TimelineItem = { at: '2026-11-21T00:00:00Z', kind: 'comment' };

describe('the timeline', () => {
  it('is cut into days without changing the order', () => {
    expect(byDay([call, change, comment], (at) => at.slice(0, 10))).toEqual([
      { date: '2026-11-22', items: [call] },
      { date: '2026-11-21', items: [change, comment] },
    ]);
  });

  it('shows what the chip names', () => {
    const shown = (filter: Parameters<typeof fits>[1]) => [call, change, comment].filter((item) => fits(item, filter));
    expect(shown('all')).toHaveLength(3);
    expect(shown('call')).toEqual([call]);
    expect(shown('change')).toEqual([change]);
    expect(shown('note')).toEqual([comment]);
  });
});
