import { currentLanguage, i18n } from '../language';
import type { Address, Money, Reference, Value } from '../api/types';

/** The zone in which moments are shown; the session sets it to the user's own. */
let zone: string | undefined;

export function setTimeZone(name: string | undefined): void {
  try {
    // A name the browser does not know throws, and the machine's own zone is used.
    zone = name && new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    zone = undefined;
  }
  parts.clear();
}

const parts = new Map<string, Intl.DateTimeFormat>();

function partsOf(moment: Date): Record<string, string> {
  const key = zone ?? '';
  let format = parts.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    parts.set(key, format);
  }
  return Object.fromEntries(format.formatToParts(moment).map((part) => [part.type, part.value]));
}

function momentOf(value: string | number | Date): Date | null {
  const moment = new Date(value);
  return Number.isNaN(moment.getTime()) ? null : moment;
}

/** `yyyy-MM-dd` of a moment in the user's zone. */
export function formatDate(value: string | number | Date | null | undefined): string {
  if (value === null || value === undefined || value === '') return '';
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)) return value;
  const moment = momentOf(value);
  if (!moment) return String(value);
  const { year, month, day } = partsOf(moment);
  return `${year}-${month}-${day}`;
}

/** `yyyy-MM-dd HH:mm`, 24 hours. */
export function formatInstant(value: string | number | Date | null | undefined, seconds = false): string {
  if (value === null || value === undefined || value === '') return '';
  const moment = momentOf(value);
  if (!moment) return String(value);
  const { year, month, day, hour, minute, second } = partsOf(moment);
  return `${year}-${month}-${day} ${hour}:${minute}${seconds ? `:${second}` : ''}`;
}

/** 刚刚, N 分钟前, N 小时前, then MM-dd HH:mm, and after a year in full. Moments to come read 今天 HH:mm, 明天 HH:mm. */
export function formatRelative(value: string | number | Date | null | undefined, now: Date = new Date()): string {
  if (value === null || value === undefined || value === '') return '';
  const moment = momentOf(value);
  if (!moment) return String(value);
  const seconds = (now.getTime() - moment.getTime()) / 1000;
  if (seconds >= 0) {
    if (seconds < 60) return i18n.t('main:time.justNow');
    if (seconds < 3600) return i18n.t('main:time.minutesAgo', { count: Math.floor(seconds / 60) });
    if (seconds < 86_400) return i18n.t('main:time.hoursAgo', { count: Math.floor(seconds / 3600) });
  }
  const there = partsOf(moment);
  const here = partsOf(now);
  const time = `${there.hour}:${there.minute}`;
  if (seconds < 0) {
    if (formatDate(moment) === formatDate(now)) return i18n.t('main:time.todayAt', { time });
    if (formatDate(moment) === formatDate(new Date(now.getTime() + 86_400_000)))
      return i18n.t('main:time.tomorrowAt', { time });
  }
  return there.year === here.year && Math.abs(seconds) < 366 * 86_400
    ? `${there.month}-${there.day} ${time}`
    : `${there.year}-${there.month}-${there.day} ${time}`;
}

/** Groups thousands without going through a float: amounts keep every digit the server sent. */
export function formatDecimal(text: string | number): string {
  const match = /^(-?)(\d+)(\.\d+)?$/.exec(String(text));
  if (!match) return String(text);
  return `${match[1]}${match[2]!.replace(/\B(?=(\d{3})+$)/g, ',')}${match[3] ?? ''}`;
}

const signs: Record<string, string> = { CNY: '¥', HKD: 'HK$', TWD: 'NT$', USD: 'US$', EUR: '€', GBP: '£', JPY: 'JP¥' };

export function formatMoney(money: Money | null | undefined): string {
  if (!money) return '';
  return `${signs[money.currency] ?? `${money.currency} `}${formatDecimal(money.amount)}`;
}

/** 万 and 亿 in Chinese, K, M and B in English; for figures, with the exact number as title. */
export function formatShort(number: number): string {
  const steps: [number, string][] =
    currentLanguage() === 'en'
      ? [
          [1e9, 'B'],
          [1e6, 'M'],
          [1e4, 'K'],
        ]
      : [
          [1e8, currentLanguage() === 'zh-Hant' ? '億' : '亿'],
          [1e4, currentLanguage() === 'zh-Hant' ? '萬' : '万'],
        ];
  for (const [step, unit] of steps)
    if (Math.abs(number) >= step) {
      const scaled = number / (unit === 'K' ? 1e3 : step);
      return `${Number(scaled.toFixed(Math.abs(scaled) >= 100 ? 0 : 1))}${currentLanguage() === 'en' ? '' : ' '}${unit}`;
    }
  return formatDecimal(number);
}

/** `138 0013 8000` for the mainland, groups for others; masked numbers stay as they came. */
export function formatPhone(value: string | null | undefined): string {
  if (!value) return '';
  const mainland = /^\+86(1\d{2})(\d{4})(\d{4})$/.exec(value);
  return mainland ? `${mainland[1]} ${mainland[2]} ${mainland[3]}` : value;
}

export function formatAddress(address: Address | null | undefined): string {
  if (!address) return '';
  const { province, city, district, street } = address;
  return [province, city === province ? null : city, district, street].filter(Boolean).join('');
}

export function isReference(value: Value): value is Reference {
  return typeof value === 'object' && value !== null && 'id' in value && 'name' in value;
}

/** Names one after the other, as the reader's language does it. */
export function formatNames(names: readonly string[]): string {
  return names.join(currentLanguage() === 'en' ? ', ' : '、');
}
