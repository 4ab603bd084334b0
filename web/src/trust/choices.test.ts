import { describe, expect, it } from 'vitest';
import type { Field } from '../api/types';
import { choicesToSend, comparedFields, same } from './choices';

const field = (name: string, more: Partial<Field> = {}) => ({ name, kind: 'text', labels: {}, ...more }) as Field;

describe('what is compared', () => {
  const fields = [field('name'), field('city'), field('phone'), field('createdAt', { system: true }), field('tags')];
  const records = [
    { id: '1', name: '甲', city: '长沙', createdAt: '1', tags: [] },
    { id: '2', name: '乙', city: '长沙', phone: '1', createdAt: '2' },
  ];
  it('is what differs', () => {
    expect(comparedFields(fields, records as never, false).map(({ name }) => name)).toEqual(['name', 'phone']);
  });
  it('is all that anybody has when asked for', () => {
    expect(comparedFields(fields, records as never, true).map(({ name }) => name)).toEqual(['name', 'city', 'phone']);
  });
});

describe('values', () => {
  it('are the same when both are empty, however', () => {
    expect(same(undefined, [])).toBe(true);
    expect(same('', null)).toBe(true);
    expect(same('a', 'b')).toBe(false);
    expect(same([{ label: '', value: '1' }], [{ label: '', value: '1' }])).toBe(true);
  });
});

it('sends only what was chosen of one record', () => {
  expect(choicesToSend({ phone: 'x', tags: 'both' })).toEqual({ phone: 'x' });
});
