import { beforeAll, describe, expect, it } from 'vitest';
import { startLanguage } from '../language';
import {
  formatAddress,
  formatDate,
  formatDecimal,
  formatInstant,
  formatMoney,
  formatPhone,
  formatRelative,
  formatShort,
  setTimeZone,
} from './format';

beforeAll(async () => {
  localStorage.setItem('guanxi.language', 'zh-Hans');
  await startLanguage();
  setTimeZone('Asia/Shanghai');
});

describe('dates', () => {
  const now = new Date('2026-11-22T02:00:00Z');
  it('are yyyy-MM-dd and 24 hours in the person’s own zone', () => {
    expect(formatDate('2026-11-22')).toBe('2026-11-22');
    expect(formatDate('2026-11-21T17:30:00Z')).toBe('2026-11-22');
    expect(formatInstant('2026-11-21T16:05:09Z')).toBe('2026-11-22 00:05');
    expect(formatInstant('2026-11-21T16:05:09Z', true)).toBe('2026-11-22 00:05:09');
    expect(formatDate(null)).toBe('');
    expect(formatDate('not a date')).toBe('not a date');
  });
  it.each([
    ['2026-11-22T01:59:40Z', '刚刚'],
    ['2026-11-22T01:45:00Z', '15 分钟前'],
    ['2026-11-21T23:00:00Z', '3 小时前'],
    ['2026-11-20T01:00:00Z', '11-20 09:00'],
    ['2025-02-03T01:00:00Z', '2025-02-03 09:00'],
    ['2026-11-22T06:30:00Z', '今天 14:30'],
    ['2026-11-23T01:00:00Z', '明天 09:00'],
    ['2027-01-05T01:00:00Z', '2027-01-05 09:00'],
  ])('%s reads %s', (moment, words) => {
    expect(formatRelative(moment, now)).toBe(words);
  });
});

describe('numbers', () => {
  it('are grouped without losing a digit', () => {
    expect(formatDecimal('12345678901234567890.10')).toBe('12,345,678,901,234,567,890.10');
    expect(formatDecimal(-1234)).toBe('-1,234');
    expect(formatDecimal('abc')).toBe('abc');
    expect(formatMoney({ amount: '1234.50', currency: 'CNY' })).toBe('¥1,234.50');
    expect(formatMoney({ amount: '3', currency: 'SGD' })).toBe('SGD 3');
    expect(formatMoney(null)).toBe('');
  });
  it('are short in 万 and 亿', () => {
    expect(formatShort(12_345)).toBe('1.2 万');
    expect(formatShort(123_456_789)).toBe('1.2 亿');
    expect(formatShort(9_999)).toBe('9,999');
  });
});

describe('telephone numbers and addresses', () => {
  it('are easy to read aloud, and masked ones stay masked', () => {
    expect(formatPhone('+8613800138000')).toBe('138 0013 8000');
    expect(formatPhone('186 **** 1402')).toBe('186 **** 1402');
    expect(formatAddress({ province: '上海市', city: '上海市', district: '徐汇区', street: '漕溪北路 1 号' })).toBe(
      '上海市徐汇区漕溪北路 1 号',
    );
  });
});
