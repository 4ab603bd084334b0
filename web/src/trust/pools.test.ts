import { expect, it } from 'vitest';
import { daysUntil } from './pools';

it('counts whole days, rounded up', () => {
  const now = Date.parse('2026-11-22T02:00:00Z');
  expect(daysUntil('2026-11-25T02:00:00Z', now)).toBe(3);
  expect(daysUntil('2026-11-22T03:00:00Z', now)).toBe(1);
  expect(daysUntil('2026-11-20T02:00:00Z', now)).toBe(-2);
});
