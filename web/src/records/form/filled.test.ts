import { describe, expect, it } from 'vitest';
import type { Field } from '../../api/types';
import { asked, filledValues, given } from './filled';

const field = (name: string, required = true) => ({ name, required }) as Field;
const zhoumin = { company: { name: '岚峰', currency: 'CNY', timeZone: 'Asia/Shanghai', language: 'zh-Hans' } } as const;

describe('the form of a new quote', () => {
  it('does not ask for the number, the dates and the currency that the program gives it', () => {
    for (const given of [{ ...field('number'), filledIn: true }, field('currency')])
      expect(asked('quotes', given, {})).toMatchObject({ required: false, filledIn: true });
  });

  it('asks for its subject and customer', () => {
    expect(asked('quotes', field('customer'), {})).toEqual(field('customer'));
  });

  it('shows that its prices include tax, as they will once it is saved', () => {
    const fields = ['number', 'taxIncluded', 'currency'].map((name) => field(name));
    expect(filledValues('quotes', fields, zhoumin)).toEqual({ taxIncluded: true, currency: 'CNY' });
  });
});

describe('the form of a new line', () => {
  it('asks for words and a price only where no product gives them', () => {
    expect(asked('quote-lines', field('unitPrice'), {}).required).toBe(true);
    expect(asked('quote-lines', field('unitPrice'), { product: { id: '1', name: '主轴' } }).required).toBe(false);
  });
});

describe('the form of a new lead', () => {
  it('lets Xie Lin enter a number that she will see masked afterwards', () => {
    expect(given({ ...field('phone'), right: 'masked' }).right).toBe('edit');
    expect(given({ ...field('phone'), right: 'read' }).right).toBe('read');
  });
});
