import { describe, expect, it } from 'vitest';
import { daysSince } from './overview';

describe('days since the last contact', () => {
  const now = new Date('2026-11-22T08:00:00Z');
  it('counts whole days and never below zero', () => {
    expect(daysSince('2026-11-22T07:00:00Z', now)).toBe(0);
    expect(daysSince('2026-11-20T09:00:00Z', now)).toBe(1);
    expect(daysSince('2026-11-23T00:00:00Z', now)).toBe(0);
  });
  it('knows that nobody called yet', () => {
    expect(daysSince(null, now)).toBeNull();
    expect(daysSince('***', now)).toBeNull();
  });
});
