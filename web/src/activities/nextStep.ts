/** When the next step is due; the quick picks a seller uses all day. */
export type QuickPick = 'tomorrow' | 'threeDays' | 'nextMonday' | 'twoWeeks';

export const quickPicks: readonly QuickPick[] = ['tomorrow', 'threeDays', 'nextMonday', 'twoWeeks'];

export interface LocalMoment {
  /** yyyy-MM-dd in the user's time zone. */
  date: string;
  /** HH:mm in the user's time zone. */
  time: string;
}

/** The wall clock of `instant` in an IANA time zone. */
export function localMoment(instant: Date, timeZone: string): LocalMoment {
  const parts = new Map(
    new Intl.DateTimeFormat('en-CA', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    })
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  return {
    date: `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`,
    time: `${parts.get('hour')}:${parts.get('minute')}`,
  };
}

/** The instant at which a wall clock in `timeZone` shows this date and time (the later one when a clock change doubles it). */
export function toInstant({ date, time }: LocalMoment, timeZone: string): Date {
  const asUtc = Date.parse(`${date}T${time}:00Z`);
  let guess = asUtc;
  for (let step = 0; step < 2; step++) {
    const shown = localMoment(new Date(guess), timeZone);
    guess += asUtc - Date.parse(`${shown.date}T${shown.time}:00Z`);
  }
  return new Date(guess);
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** 1 Monday … 7 Sunday. */
export function weekday(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
}

/** A quick pick's date counted from `today`; next Monday is never today. */
export function pickDate(pick: QuickPick, today: string): string {
  switch (pick) {
    case 'tomorrow':
      return addDays(today, 1);
    case 'threeDays':
      return addDays(today, 3);
    case 'nextMonday':
      return addDays(today, 8 - weekday(today));
    case 'twoWeeks':
      return addDays(today, 14);
  }
}

const weekdayWords: Record<string, number> = { 一: 1, 二: 2, 三: 3, 四: 4, 五: 5, 六: 6, 日: 7, 天: 7 };

/**
 * The day a note itself names: "周三再联系", "下周一", "明天", "3 天后", "12月5日". Null when it names none.
 * A bare weekday is the next one that comes; "下周三" is the Wednesday of next week.
 */
export function mentionedDate(text: string, today: string): string | null {
  const relative = /(大后天|大後天|后天|後天|明天|明日|今天)/.exec(text);
  const inDays = /(\d{1,3})\s*天[后後]/.exec(text);
  const week = /(下下|下|本|这|這)?(?:周|週|星期|礼拜|禮拜)([一二三四五六日天])/.exec(text);
  const day = /(\d{1,2})月(\d{1,2})[日号號]/.exec(text);
  if (day) {
    return comingDay(Number(day[1]), Number(day[2]), today);
  }
  if (inDays) {
    return addDays(today, Number(inDays[1]));
  }
  if (week) {
    const wanted = weekdayWords[week[2]!]!;
    const monday = addDays(today, 1 - weekday(today));
    const weeks = week[1] === '下下' ? 2 : week[1] === '下' ? 1 : 0;
    const date = addDays(monday, weeks * 7 + wanted - 1);
    return weeks === 0 && date <= today ? addDays(date, 7) : date;
  }
  if (relative) {
    const days: Record<string, number> = { 今天: 0, 明天: 1, 明日: 1, 后天: 2, 後天: 2, 大后天: 3, 大後天: 3 };
    return addDays(today, days[relative[1]!]!);
  }
  return null;
}

function comingDay(month: number, day: number, today: string): string | null {
  const year = Number(today.slice(0, 4));
  for (const candidate of [year, year + 1]) {
    const date = `${candidate}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
    if (Number.isNaN(Date.parse(`${date}T00:00:00Z`)) || new Date(`${date}T00:00:00Z`).getUTCDate() !== day) {
      return null;
    }
    if (date >= today) {
      return date;
    }
  }
  return null;
}

/** A day as it is typed: 2026-11-25, 20261125, 11-25, 1125, 11.25, or in words as {@link mentionedDate} reads them. */
export function readDay(text: string, today: string): string | null {
  const trimmed = text.normalize('NFKC').trim();
  const full = /^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?$/.exec(trimmed);
  if (full) {
    const date = `${full[1]}-${full[2]!.padStart(2, '0')}-${full[3]!.padStart(2, '0')}`;
    const moment = new Date(`${date}T00:00:00Z`);
    return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(date) ? date : null;
  }
  const short = /^(\d{1,2})[-/.](\d{1,2})$/.exec(trimmed) ?? /^(\d{2})(\d{2})$/.exec(trimmed);
  if (short) return comingDay(Number(short[1]), Number(short[2]), today);
  const days = /^(\d{1,3})\s*(?:天|d|days?)$/i.exec(trimmed);
  return days ? addDays(today, Number(days[1])) : mentionedDate(trimmed, today);
}

const numerals = '零一二三四五六七八九';
const hourPattern =
  /(凌晨|早上|上午|中午|下午|傍晚|晚上)?\s*(\d{1,2}|二?十[一二三四五六七八九]?|[一二三四五六七八九两兩])[点點时時](半|(\d{1,2})分)?/;

/**
 * The time of day a note names: "上午十点", "下午3点半", "15:30". A bare hour before seven is meant for the afternoon;
 * a bare 一点 is "a little" more often than one o'clock. Null when it names none.
 */
export function mentionedTime(text: string): string | null {
  const clock = /(?<!\d)([01]?\d|2[0-3])[:：]([0-5]\d)(?!\d)/.exec(text);
  if (clock) return `${clock[1]!.padStart(2, '0')}:${clock[2]}`;
  const words = hourPattern.exec(text);
  if (!words || (!words[1] && words[2] === '一')) return null;
  let hour = numberOf(words[2]!);
  const part = words[1];
  if (part ? /下午|傍晚|晚上/.test(part) && hour < 12 : hour < 7) hour += 12;
  if (part === '中午' && hour < 3) hour += 12;
  const minute = words[3] === '半' ? 30 : Number(words[4] ?? 0);
  return hour > 23 || minute > 59 ? null : `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** 十 → 10, 十二 → 12, 二十 → 20, 两 → 2. */
function numberOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  const plain = text.replace(/[两兩]/, '二');
  const ten = plain.indexOf('十');
  if (ten < 0) return numerals.indexOf(plain);
  const tens = ten === 0 ? 1 : numerals.indexOf(plain[0]!);
  return tens * 10 + (plain.length > ten + 1 ? numerals.indexOf(plain[ten + 1]!) : 0);
}
