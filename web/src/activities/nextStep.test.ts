import { describe, expect, it } from 'vitest';
import { readHour } from './DayInput';
import { localMoment, mentionedDate, mentionedTime, pickDate, readDay, toInstant } from './nextStep';

const sunday = '2026-11-22';

describe('the next step', () => {
  it('counts quick picks from today', () => {
    expect(pickDate('tomorrow', sunday)).toBe('2026-11-23');
    expect(pickDate('threeDays', sunday)).toBe('2026-11-25');
    expect(pickDate('nextMonday', sunday)).toBe('2026-11-23');
    expect(pickDate('nextMonday', '2026-11-23')).toBe('2026-11-30');
    expect(pickDate('twoWeeks', '2026-12-25')).toBe('2027-01-08');
  });

  it.each([
    ['谈了报价，周三再联系', '2026-11-25'],
    ['下周一上门', '2026-11-23'],
    ['明天发合同', '2026-11-23'],
    ['大后天回访', '2026-11-25'],
    ['10 天后再问', '2026-12-02'],
    ['12月5日到期', '2026-12-05'],
    ['1月8号开标', '2027-01-08'],
    ['星期天见面', '2026-11-29'],
  ])('%s names %s', (text, date) => expect(mentionedDate(text, sunday)).toBe(date));

  it.each([
    ['2026-11-25', '2026-11-25'],
    ['20261125', '2026-11-25'],
    ['2027/1/8', '2027-01-08'],
    ['11-25', '2026-11-25'],
    ['1125', '2026-11-25'],
    ['1.8', '2027-01-08'],
    ['３天', '2026-11-25'],
    ['周三', '2026-11-25'],
    ['2026-02-30', null],
    ['soon', null],
  ])('%s is typed for %s', (text, date) => expect(readDay(text, sunday)).toBe(date));

  it.each([
    ['明天上午十点面谈', '10:00'],
    ['下午3点半开会', '15:30'],
    ['周三两点', '14:00'],
    ['晚上八点20分', '20:20'],
    ['中午十二点', '12:00'],
    ['下午三点15分', '15:15'],
    ['15:30 电话', '15:30'],
    ['二十点', '20:00'],
    ['谈了一点报价的事', null],
    ['报价 12:345', null],
    ['没有时间', null],
  ])('%s names the hour %s', (text, time) => expect(mentionedTime(text)).toBe(time));

  it('takes hours as people type them', () => {
    expect(['9', '09:30', '1430', '14点', '9点30', '25', '9:75', 'x'].map(readHour)).toEqual([
      '09:00',
      '09:30',
      '14:30',
      '14:00',
      '09:30',
      null,
      null,
      null,
    ]);
  });

  it('finds no day where none is named', () => {
    expect(mentionedDate('客户嫌价格高', sunday)).toBeNull();
    expect(mentionedDate('2月30日', sunday)).toBeNull();
  });

  it("keeps the wall clock of the user's time zone", () => {
    const instant = toInstant({ date: '2026-11-23', time: '09:00' }, 'Asia/Shanghai');
    expect(instant.toISOString()).toBe('2026-11-23T01:00:00.000Z');
    expect(localMoment(instant, 'Asia/Shanghai')).toEqual({ date: '2026-11-23', time: '09:00' });
    expect(toInstant({ date: '2026-07-01', time: '09:00' }, 'Europe/Berlin').toISOString()).toBe(
      '2026-07-01T07:00:00.000Z',
    );
  });
});
