import { describe, expect, it } from 'vitest';
import { assign, completeMapping, mappingProblems, normalHeader, pastedFile } from './mapping';

const fields = [
  { name: 'name', labels: { 'zh-Hans': '客户名称', 'zh-Hant': '客戶名稱', en: 'Name' }, required: true },
  { name: 'city', labels: { 'zh-Hans': '城市', 'zh-Hant': '城市', en: 'City' } },
  { name: 'phone', labels: { 'zh-Hans': '电话', 'zh-Hant': '電話', en: 'Phone' } },
];

describe('the columns of an import', () => {
  it('ignores width, spaces, brackets and stars in headers', () => {
    expect(normalHeader('＊客户 名称（必填）')).toBe('客户名称');
    expect(normalHeader('E-Mail')).toBe('email');
  });

  it('fills what the server did not guess, in any language, each field once', () => {
    const columns = ['公司', '客戶名稱*', 'City', '电话', 'Phone'];
    expect(completeMapping(columns, { 公司: 'name' }, fields)).toEqual({ 公司: 'name', City: 'city', 电话: 'phone' });
  });

  it('drops a guess for a field the caller may not import', () => {
    expect(completeMapping(['工资'], { 工资: 'salary' }, fields)).toEqual({});
  });

  it('moves a field from one column to another', () => {
    expect(assign({ 甲: 'name', 乙: 'city' }, '丙', 'name')).toEqual({ 乙: 'city', 丙: 'name' });
    expect(assign({ 甲: 'name' }, '甲', null)).toEqual({});
  });

  it('says what stands in the way', () => {
    expect(mappingProblems({}, fields, 'create', null)).toEqual([{ kind: 'nothingMapped' }]);
    expect(mappingProblems({ 甲: 'city' }, fields, 'create', null)).toEqual([
      { kind: 'requiredMissing', field: 'name' },
    ]);
    expect(mappingProblems({ 甲: 'city' }, fields, 'update', 'name')).toEqual([{ kind: 'keyMissing', field: 'name' }]);
    expect(mappingProblems({ 甲: 'name' }, fields, 'both', 'name')).toEqual([]);
  });

  it('names a pasted table by its separator', () => {
    expect(pastedFile('a\tb').name).toBe('pasted.tsv');
    expect(pastedFile('a,b').name).toBe('pasted.csv');
  });
});
