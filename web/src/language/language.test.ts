import { describe, expect, it } from 'vitest';
import { languageOf } from '.';

const files = import.meta.glob<{ default: object }>('./*.*.ts', { eager: true });
const areas = [...new Set(Object.keys(files).map((path) => path.split('/')[1]!.split('.')[0]!))].filter(
  (area) => !['language', 'index'].includes(area),
);

function flatten(words: object, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(words).flatMap(([key, value]) =>
      typeof value === 'string' ? [[prefix + key, value] as const] : [...flatten(value as object, `${prefix}${key}.`)],
    ),
  );
}

const placeholders = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort().join();
/** English needs plural forms that Chinese has not. */
const base = (keys: Iterable<string>) => new Set([...keys].map((key) => key.replace(/_(one|other)$/, '')));

describe.each(areas)('the words of %s', (area) => {
  const chinese = flatten(files[`./${area}.zh-Hans.ts`]!.default);
  it.each(['zh-Hant', 'en'])('say the same in %s', (language) => {
    const other = flatten(files[`./${area}.${language}.ts`]!.default);
    expect([...base(other.keys())].sort()).toEqual([...base(chinese.keys())].sort());
    for (const [key, text] of chinese)
      if (other.has(key)) expect(placeholders(other.get(key)!), key).toBe(placeholders(text));
  });
});

describe('the nearest language', () => {
  it.each([
    ['zh', 'zh-Hans'],
    ['zh-CN', 'zh-Hans'],
    ['zh-TW', 'zh-Hant'],
    ['zh-Hant-HK', 'zh-Hant'],
    ['en-GB', 'en'],
    ['de', 'en'],
    ['', 'zh-Hans'],
  ])('to %s is %s', (tag, language) => {
    expect(languageOf(tag)).toBe(language);
  });
});
