import { describe, expect, it } from 'vitest';
import type { Field } from '../../api/types';
import { addressName, changedBy, readValue, withAddress, writeValue } from './flatAddress';

const field = (name: string, more: Partial<Field> = {}): Field => ({
  name,
  kind: 'text',
  labels: {},
  required: false,
  readOnly: false,
  custom: false,
  system: false,
  sortable: true,
  filterable: true,
  groupable: true,
  right: 'edit',
  many: false,
  computed: false,
  section: 'address',
  ...more,
});
const all = ['name', 'divisionCode', 'province', 'city', 'district', 'street', 'postcode', 'note'].map((name) =>
  field(name),
);

describe('an address kept in several fields', () => {
  it('stands as one field in the place of the first part', () => {
    expect(withAddress(all).map(({ name }) => name)).toEqual(['name', addressName, 'note']);
  });

  it('stays apart when the caller may not see all parts alike', () => {
    const mixed = all.map((one) => (one.name === 'street' ? { ...one, right: 'masked' as const } : one));
    expect(withAddress(mixed)).toEqual(mixed);
    const few = [field('city')];
    expect(withAddress(few)).toEqual(few);
  });

  it('is read from and written to its parts', () => {
    const address = withAddress(all)[1]!;
    const record = { name: '长沙银行', province: '湖南省', city: '长沙市', street: '芙蓉中路' };
    expect(readValue(address, record)).toEqual({ province: '湖南省', city: '长沙市', street: '芙蓉中路' });
    expect(readValue(address, { name: '长沙银行' })).toBeNull();
    expect(writeValue(address, { city: '武汉市' })).toMatchObject({ city: '武汉市', province: null });
    expect(changedBy(address, { province: '湖南省', city: '长沙市', street: '解放路' }, record)).toEqual({
      street: '解放路',
    });
  });
});
