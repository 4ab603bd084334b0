import { describe, expect, it } from 'vitest';
import type { Field, RecordType } from '../api/types';
import {
  assign,
  completeMapping,
  fittingMapping,
  type Mapping,
  mappingProblems,
  normalHeader,
  pastedFile,
  targetsOf,
} from './mapping';

function field(name: string, more: Partial<Field> = {}): Field {
  return {
    name,
    kind: 'text',
    labels: { 'zh-Hans': name, en: name },
    required: false,
    readOnly: false,
    custom: false,
    system: false,
    sortable: true,
    filterable: true,
    groupable: false,
    right: 'edit',
    many: false,
    computed: false,
    ...more,
  };
}

const customers = {
  type: 'customers',
  titleField: 'name',
  fields: [
    field('id', { system: true, kind: 'text', right: 'read' }),
    field('name', { labels: { 'zh-Hans': '客户名称', 'zh-Hant': '客戶名稱', en: 'Name' }, required: true }),
    field('city', { labels: { 'zh-Hans': '城市', en: 'City' } }),
    field('phone', { kind: 'phone', labels: { 'zh-Hans': '电话', en: 'Phone' } }),
    field('tags', { kind: 'tags', labels: { en: 'Tags' } }),
    field('salary', { right: 'read' }),
  ],
} as unknown as RecordType;

const contacts = {
  type: 'contacts',
  titleField: 'name',
  fields: [
    field('name', { required: true }),
    field('reportsTo', { kind: 'reference', reference: 'contacts' }),
    field('phone', { kind: 'phone' }),
  ],
} as unknown as RecordType;

const targets = targetsOf(customers, undefined, false);
const both = targetsOf(customers, contacts, false);

describe('the columns of an import', () => {
  it('ignores width, spaces, brackets and stars in headers', () => {
    expect(normalHeader('＊客户 名称（必填）')).toBe('客户名称');
    expect(normalHeader('E-Mail')).toBe('email');
  });

  it('offers what the caller may edit, and the parts of a person’s name beside', () => {
    expect(targets.map(({ path }) => path)).toEqual(['id', 'name', 'city', 'phone', 'tags']);
    expect(both.filter(({ beside }) => beside).map(({ path }) => path)).toEqual([
      'contacts.name',
      'contacts.name.family',
      'contacts.name.given',
      'contacts.name.middle',
      'contacts.phone',
    ]);
  });

  it('fills what the server did not guess, in any language, each field once', () => {
    const columns = ['公司', '客戶名稱*', 'City', '电话', 'Phone'];
    expect(completeMapping(columns, { 公司: 'name' }, targets)).toEqual({ 公司: 'name', City: 'city', 电话: 'phone' });
  });

  it('drops a guess for a field the caller may not import', () => {
    expect(completeMapping(['工资'], { 工资: 'salary' }, targets)).toEqual({});
  });

  it('moves a field from one column to another, but for lists', () => {
    expect(assign({ 甲: 'name', 乙: 'city' }, '丙', 'name')).toEqual({ 乙: 'city', 丙: 'name' });
    expect(assign({ 甲: 'name' }, '甲', null)).toEqual({});
    expect(assign({ 甲: 'tags' }, '乙', 'tags', true)).toEqual({ 甲: 'tags', 乙: 'tags' });
  });

  it('says what stands in the way', () => {
    const titles = ['name', 'contacts.name'];
    expect(mappingProblems({}, targets, titles, 'create', null)).toEqual([{ kind: 'nothingMapped' }]);
    expect(mappingProblems({ 甲: 'city' }, targets, titles, 'create', null)).toEqual([
      { kind: 'requiredMissing', field: 'name' },
    ]);
    expect(mappingProblems({ 甲: 'city' }, targets, titles, 'update', 'name')).toEqual([
      { kind: 'keyMissing', field: 'name' },
    ]);
    expect(mappingProblems({ 甲: 'name' }, targets, titles, 'both', 'name')).toEqual([]);
    expect(mappingProblems({ 甲: 'name', 乙: 'contacts.phone' }, both, titles, 'create', null)).toEqual([
      { kind: 'requiredMissing', field: 'contacts.name' },
    ]);
    expect(mappingProblems({ 甲: 'contacts.name.family', 乙: 'contacts.phone' }, both, titles, 'create', null)).toEqual(
      [],
    );
  });

  it('takes up the saved mapping whose columns are all there', () => {
    const saved: { id: string; options: { mapping?: Mapping } }[] = [
      { id: 'small', options: { mapping: { 公司: 'name' } } },
      { id: 'fits', options: { mapping: { 公司: 'name', 城市: 'city' } } },
      { id: 'other', options: { mapping: { 公司: 'name', 传真: 'phone' } } },
    ];
    expect(fittingMapping(['公司', '城市', '杂项'], saved)?.id).toBe('fits');
    expect(fittingMapping(['名称'], saved)).toBeUndefined();
  });

  it('names a pasted table by its separator', () => {
    expect(pastedFile('a\tb').name).toBe('pasted.tsv');
    expect(pastedFile('a,b').name).toBe('pasted.csv');
    expect(pastedFile('BEGIN:VCARD\nEND:VCARD').name).toBe('pasted.vcf');
  });
});
