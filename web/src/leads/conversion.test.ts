import { describe, expect, it } from 'vitest';
import type { AnyRecord, Field } from '../api/types';
import { leftBehind, likeliest, type Match } from './conversion';

const text = (name: string) => ({ name, kind: 'text', right: 'edit' }) as Field;
const described = (...names: string[]) => ({ fields: names.map(text) });
const types = {
  leads: described('name', 'company', 'contactName', 'phone', 'need', 'campaign', 'landingPage', 'industry', 'source'),
  customers: described('name', 'phone', 'industry', 'source'),
  contacts: described('name', 'phone'),
  deals: described('name', 'note', 'campaign'),
};
const lead = {
  id: '1',
  version: 1,
  name: '询价',
  company: '长沙银行',
  contactName: '王五',
  phone: '13900001234',
  need: '两台机床',
  landingPage: '/price',
  industry: '银行',
  source: 'webForm',
} as AnyRecord;
const names = (wish: Parameters<typeof leftBehind>[2]) => leftBehind(lead, types, wish).map(({ name }) => name);

describe('what a conversion leaves behind', () => {
  it('is what has no field of its name in customer, contact and deal', () => {
    expect(names({ customer: true, contact: true, deal: true })).toEqual(['landingPage']);
  });

  it('is also what the deal would have taken, where none is made', () => {
    expect(names({ customer: true, contact: true, deal: false })).toEqual(['need', 'landingPage']);
  });

  it('is what the lead says of a customer whom there is already', () => {
    expect(names({ customer: false, contact: true, deal: true })).toEqual(['company', 'landingPage', 'industry']);
  });
});

describe('whom a lead is attached to', () => {
  const match = (change: Partial<Match>): Match => ({ visible: true, sentence: '', type: 'customers', id: '1', ...change });
  const sameName = [{ field: 'name', level: 'same', label: '名称', text: '相同' }];

  it('is a customer of the same name, unless it is only related', () => {
    expect(likeliest([match({ band: 'review', reasons: sameName })])?.id).toBe('1');
    expect(likeliest([match({ band: 'related', reasons: sameName })])).toBeUndefined();
  });

  it('is whoever is surely the same before whoever is called the same', () => {
    const both = [match({ id: '1', band: 'review', reasons: sameName }), match({ id: '2', band: 'match' })];
    expect(likeliest(both)?.id).toBe('2');
  });

  it('is nobody where nobody is like it, or only a contact without a customer', () => {
    expect(likeliest([match({ band: 'review' }), match({ band: 'match', type: 'contacts' })])).toBeUndefined();
  });
});
