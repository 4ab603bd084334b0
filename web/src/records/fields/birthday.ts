/**
 * A birthday as the API writes it: `1990-05-12`, `--05-12` (no year), `lunar:1990-08-15`,
 * `lunar:1990-L06-15` (leap sixth month), `lunar:--08-15`. Month and day are 1-based.
 */
export interface Birthday {
  calendar: 'solar' | 'lunar';
  year: number | null;
  month: number;
  day: number;
  leapMonth: boolean;
}

const pattern = /^(lunar:)?(?:(\d{4})|-)-(L)?(\d{2})-(\d{2})$/;
const daysInSolarMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const lunarMonths = ['正', '二', '三', '四', '五', '六', '七', '八', '九', '十', '冬', '腊'];
const lunarMonthsTraditional = [...lunarMonths.slice(0, 11), '臘'];
const lunarDayTens = ['初', '十', '廿', '三'];
const digits = ['十', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/** Reads the wire form; null when it is not a day that can exist. */
export function parseBirthday(text: string): Birthday | null {
  const match = pattern.exec(text.trim());
  if (!match) {
    return null;
  }
  const [, lunar, year, leap, month, day] = match;
  const birthday: Birthday = {
    calendar: lunar ? 'lunar' : 'solar',
    year: year ? Number(year) : null,
    month: Number(month),
    day: Number(day),
    leapMonth: Boolean(leap),
  };
  return isPossible(birthday) ? birthday : null;
}

export function isPossible({ calendar, year, month, day, leapMonth }: Birthday): boolean {
  if (month < 1 || month > 12 || day < 1) {
    return false;
  }
  if (calendar === 'lunar') {
    return day <= 30;
  }
  const longest = month === 2 && year !== null && !isLeapYear(year) ? 28 : daysInSolarMonth[month - 1]!;
  return !leapMonth && day <= longest;
}

export function formatBirthday({ calendar, year, month, day, leapMonth }: Birthday): string {
  const prefix = calendar === 'lunar' ? 'lunar:' : '';
  const yearPart = year === null ? '-' : String(year).padStart(4, '0');
  return `${prefix}${yearPart}-${leapMonth ? 'L' : ''}${twoDigits(month)}-${twoDigits(day)}`;
}

/** The birthday as people read it: 1990-05-12, 05-12, 农历1990年八月十五, lunar 1990, month 8 day 15. */
export function birthdayText(text: string, language: string): string {
  const birthday = parseBirthday(text);
  if (!birthday) {
    return text;
  }
  const { calendar, year, month, day, leapMonth } = birthday;
  if (calendar === 'solar') {
    return year === null ? `${twoDigits(month)}-${twoDigits(day)}` : formatBirthday(birthday);
  }
  if (!language.startsWith('zh')) {
    const leap = leapMonth ? 'leap ' : '';
    return `lunar ${year === null ? '' : `${year}, `}${leap}month ${month} day ${day}`;
  }
  const traditional = language === 'zh-Hant';
  const months = traditional ? lunarMonthsTraditional : lunarMonths;
  const leap = leapMonth ? (traditional ? '閏' : '闰') : '';
  const calendarName = traditional ? '農曆' : '农历';
  return `${calendarName}${year === null ? '' : `${year}年`}${leap}${months[month - 1]}月${lunarDayName(day)}`;
}

/** 1 → 初一, 10 → 初十, 15 → 十五, 20 → 二十, 30 → 三十. */
export function lunarDayName(day: number): string {
  if (day === 20) {
    return '二十';
  }
  if (day === 10) {
    return '初十';
  }
  if (day === 30) {
    return '三十';
  }
  return `${lunarDayTens[Math.floor(day / 10)]}${digits[day % 10]}`;
}

export function lunarMonthName(month: number, language: string): string {
  if (!language.startsWith('zh')) {
    return String(month);
  }
  return `${(language === 'zh-Hant' ? lunarMonthsTraditional : lunarMonths)[month - 1]}月`;
}

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
