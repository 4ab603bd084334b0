import { expect, it } from 'vitest';
import { gradeOf } from './quality';

it('says at a glance how good data are', () => {
  expect([null, 0, 59.9, 60, 79.9, 80, 100].map(gradeOf)).toEqual(['poor', 'poor', 'poor', 'fair', 'fair', 'good', 'good']);
});
