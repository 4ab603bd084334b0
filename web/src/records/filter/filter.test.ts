import { describe, expect, it } from 'vitest';
import type { Field } from '../../api/types';
import { both, FilterSyntax, read, tryRead, write } from './filter';
import { draftOf, textOf } from './draft';
import { compose, operatorsOf, recognise } from './operators';

const field = (kind: Field['kind'], more: Partial<Field> = {}): Field => ({
  name: 'f',
  kind,
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
  ...more,
});

const wordsAnywhere = '"烟台" AND level = "vip" AND NOT "旧"';

describe('words without a field', () => {
  it('are read as a condition that the builder knows, and written back', () => {
    expect(write(read('烟台 AND level = "vip" AND -旧'))).toBe(wordsAnywhere);
    expect(write(read(wordsAnywhere))).toBe(wordsAnywhere);
    expect(textOf(draftOf(wordsAnywhere, []))).toBe(wordsAnywhere);
  });
});

describe('a filter text read and written again', () => {
  it.each([
    'city = "上海" AND tags:"展会"',
    'NOT (stage = lost OR level = "C")',
    'lastActivityAt < today-30d',
    'createdAt >= thisMonth',
    'owner = me',
    'owner.team = "华东"',
    'nextContactAt = null',
    'level in ("A", "B")',
    'name = "长沙*"',
    'a = 1 AND (b = 2 OR c = 3) AND NOT d:"x"',
    'name = "quote \\" and \\\\ slash"',
    'NOT a = 1',
    'amount >= -12.50',
    'at > 2026-11-22T01:00:00.000Z',
  ])('is the same: %s', (source) => {
    expect(write(read(source))).toBe(source);
  });

  it('is empty for the empty text', () => {
    expect(write(read('  '))).toBe('');
    expect(write(read('a = 1 AND ()'.slice(0, 5)))).toBe('a = 1');
  });

  it('lets OR bind tighter than AND, as AIP-160 says, and writes the brackets', () => {
    expect(write(read('a = 1 AND b = 2 OR c = 3'))).toBe('a = 1 AND (b = 2 OR c = 3)');
  });

  it('takes neighbours without a word between them as AND, and a minus as NOT', () => {
    expect(write(read('a = 1 b = 2'))).toBe('a = 1 AND b = 2');
    expect(write(read('-a:"x"'))).toBe('NOT a:"x"');
  });

  it('takes two negations away', () => {
    expect(write(read('NOT NOT a = 1'))).toBe('a = 1');
  });

  it('joins nested groups of the same kind', () => {
    expect(read('a = 1 AND (b = 2 AND c = 3)').children).toHaveLength(3);
  });

  it('keeps a lone OR group unbracketed', () => {
    expect(read('a = 1 OR b = 2').join).toBe('or');
    expect(write(read('a = 1 OR b = 2'))).toBe('a = 1 OR b = 2');
  });
});

describe('text that is no filter', () => {
  it.each(['city =', 'city "x"', '(a = 1', 'a = "x', 'a in ("b"', 'a = 1)', '= 3', 'a ! 3'])(
    'is refused with its position: %s',
    (source) => {
      expect(() => read(source)).toThrow(FilterSyntax);
      expect(tryRead(source)).toBeNull();
    },
  );
});

describe('both filters', () => {
  it('brackets each side', () => {
    expect(both('a = 1 OR b = 2', 'c = 3')).toBe('(a = 1 OR b = 2) AND (c = 3)');
    expect(both('', 'c = 3')).toBe('c = 3');
    expect(both('a = 1', null)).toBe('a = 1');
  });
});

describe('what the builder composes it recognises again', () => {
  const fields = [
    field('text'),
    field('longText'),
    field('integer'),
    field('money'),
    field('date'),
    field('instant'),
    field('yesNo'),
    field('choice', { choices: [{ value: 'a', labels: {} }] }),
    field('choices', { choices: [{ value: 'a', labels: {} }] }),
    field('tags'),
    field('reference', { reference: 'users' }),
    field('reference', { reference: 'customers' }),
  ];
  const sample: Record<string, string[]> = {
    date: ['today-30d'],
    instant: ['thisMonth'],
    integer: ['3'],
    money: ['12.50'],
  };
  for (const one of fields)
    for (const operator of operatorsOf(one))
      it(`${one.kind}${one.reference ? ` of ${one.reference}` : ''}: ${operator}`, () => {
        const values = sample[one.kind] ?? ['a'];
        const written = write(compose(one, operator, values));
        const node = read(written).children[0];
        expect(node?.kind).toBe('condition');
        if (node?.kind !== 'condition') return;
        const seen = recognise(one, node);
        expect(seen?.operator).toBe(operator);
        if (seen && seen.values.length > 0) expect(seen.values).toEqual(values);
      });

  it('takes several choices as a list', () => {
    const one = field('choice');
    expect(write(compose(one, 'anyOf', ['A', 'B']))).toBe('f in ("A", "B")');
    expect(write(compose(one, 'noneOf', ['A', 'B']))).toBe('NOT f in ("A", "B")');
  });
});

describe('what belongs to a record', () => {
  it.each([
    'activities(kind = "visit" AND at >= today-60d) = 0',
    'NOT deals(status = "won") >= 2',
    'deals.homeAmount(status = "won") > 100000 AND level = "vip"',
    'deals.closedAt.rhythm(status = "won") > 2',
    'contacts() = 0',
  ])('%s stays what it is', (source) => {
    expect(write(read(source))).toBe(source);
  });

  it('means at least one without a comparison', () => {
    expect(write(read('activities(kind = "visit")'))).toBe('activities(kind = "visit") >= 1');
  });

  it('is a word and a group with a blank between', () => {
    expect(write(read('activities (kind = "visit")'))).toBe('"activities" AND kind = "visit"');
  });
});
