import type { Money } from '../../api/types';

const symbols: Record<string, string> = {
  CNY: '¥',
  USD: 'US$',
  EUR: '€',
  GBP: '£',
  HKD: 'HK$',
  TWD: 'NT$',
  MOP: 'MOP$',
  JPY: 'JP¥',
  KRW: '₩',
  SGD: 'S$',
};

const decimalsOf: Record<string, number> = { JPY: 0, KRW: 0, TWD: 2 };

const magnitudes: readonly [suffix: RegExp, zeros: number][] = [
  [/万亿|萬億$/, 12],
  [/[亿億]$/, 8],
  [/千[万萬]$/, 7],
  [/百[万萬]$/, 6],
  [/[万萬wW]$/, 4],
  [/[千kK]$/, 3],
  [/[mM]$/, 6],
];

export const currencies = Object.keys(symbols);

export function currencySymbol(currency: string): string {
  return symbols[currency] ?? `${currency} `;
}

/**
 * Reads an amount as people type it: `1,234.5`, `￥12万`, `３．５万元`, `1.2亿`, `-300`, `2k`.
 * Digits are moved as text, so no binary rounding can happen. Null when it is no number.
 */
export function parseAmount(text: string): string | null {
  let rest = text
    .normalize('NFKC')
    .replace(/[\s,，]/g, '')
    .replace(/^(-?)(?:人民币|人民幣|RMB|CNY|HK\$|NT\$|US\$|[¥$€£])/i, '$1')
    .replace(/(元整|元|圆|圓|块|塊|RMB|CNY)$/i, '');
  let zeros = 0;
  for (const [suffix, power] of magnitudes) {
    if (suffix.test(rest)) {
      rest = rest.replace(suffix, '');
      zeros = power;
      break;
    }
  }
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(rest);
  if (!match || (!match[2] && !match[3])) {
    return null;
  }
  const whole = match[2] ?? '';
  const fraction = (match[3] ?? '').padEnd(zeros, '0');
  const shiftedWhole = (whole + fraction.slice(0, zeros)).replace(/^0+(?=\d)/, '') || '0';
  const shiftedFraction = fraction.slice(zeros).replace(/0+$/, '');
  const unsigned = shiftedFraction ? `${shiftedWhole}.${shiftedFraction}` : shiftedWhole;
  return match[1] === '-' && /[1-9]/.test(unsigned) ? `-${unsigned}` : unsigned;
}

/** `1234567.5` → `1,234,567.50`; the text form is grouped without passing through a float. */
export function groupAmount(amount: string, currency: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount);
  if (!match) {
    return amount;
  }
  const [, sign, whole, fraction = ''] = match;
  const decimals = Math.max(decimalsOf[currency] ?? 2, fraction.replace(/0+$/, '').length);
  const grouped = whole!.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return decimals === 0
    ? `${sign}${grouped}`
    : `${sign}${grouped}.${fraction.padEnd(decimals, '0').slice(0, decimals)}`;
}

/** ¥1,234.50, −$3.00 with the sign before the symbol. */
export function moneyText({ amount, currency }: Money): string {
  const text = groupAmount(amount, currency);
  return text.startsWith('-') ? `-${currencySymbol(currency)}${text.slice(1)}` : currencySymbol(currency) + text;
}
