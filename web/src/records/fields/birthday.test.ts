import { describe, expect, it } from 'vitest';
import { birthdayText, formatBirthday, lunarDayName, parseBirthday } from './birthday';

describe('a birthday', () => {
  it.each(['1990-05-12', '--05-12', 'lunar:1990-08-15', 'lunar:1990-L06-15', 'lunar:--08-15'])(
    '%s survives reading and writing',
    (text) => {
      const birthday = parseBirthday(text);
      expect(birthday).not.toBeNull();
      expect(formatBirthday(birthday!)).toBe(text);
    },
  );

  it.each(['', '1990-13-01', '1990-02-29', '1990-04-31', '1990-L06-15', 'lunar:1990-08-31', 'May 12', '1990-5-12'])(
    '%s is refused',
    (text) => expect(parseBirthday(text)).toBeNull(),
  );

  it('allows 29 February without a year and in a leap year', () => {
    expect(parseBirthday('--02-29')).not.toBeNull();
    expect(parseBirthday('2000-02-29')).not.toBeNull();
    expect(parseBirthday('1900-02-29')).toBeNull();
  });

  it('reads like people say it', () => {
    expect(birthdayText('1990-05-12', 'zh-Hans')).toBe('1990-05-12');
    expect(birthdayText('--05-12', 'zh-Hans')).toBe('05-12');
    expect(birthdayText('lunar:1990-08-15', 'zh-Hans')).toBe('农历1990年八月十五');
    expect(birthdayText('lunar:1990-L06-15', 'zh-Hans')).toBe('农历1990年闰六月十五');
    expect(birthdayText('lunar:--12-30', 'zh-Hant')).toBe('農曆臘月三十');
    expect(birthdayText('lunar:1990-08-15', 'en')).toBe('lunar 1990, month 8 day 15');
  });

  it('shows what it cannot read as it came, so a masked value stays masked', () => {
    expect(birthdayText('****-05-12', 'zh-Hans')).toBe('****-05-12');
  });

  it('names lunar days', () => {
    expect([1, 9, 10, 11, 15, 19, 20, 21, 29, 30].map(lunarDayName)).toEqual([
      '初一',
      '初九',
      '初十',
      '十一',
      '十五',
      '十九',
      '二十',
      '廿一',
      '廿九',
      '三十',
    ]);
  });
});
