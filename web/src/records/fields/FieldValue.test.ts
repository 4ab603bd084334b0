import { expect, test } from 'vitest';
import { valueText } from './FieldValue';

const number = (name: string, computed: boolean) => ({ name, computed, kind: 'number' as const, choices: null });

test('what a model reckons is told with the digits it means, what was entered as it was entered', () => {
  expect(valueText(number('value.alive', true), 0.837601)).toBe('84 %');
  expect(valueText(number('value.alive', true), 0.0412)).toBe('4.1 %');
  expect(valueText(number('score.probability', true), 1)).toBe('100 %');
  expect(valueText(number('value.expectedOrders', true), 1.999213)).toBe('2');
  expect(valueText(number('value.late', true), 12.3456)).toBe('12.35');
  expect(valueText(number('weight', false), 1.999213)).toBe('1.999213');
});
