import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Labels, Language } from '../api/types';

export const languages: readonly Language[] = ['zh-Hans', 'zh-Hant', 'en'];
export const languageNames: Record<Language, string> = { 'zh-Hans': '简体中文', 'zh-Hant': '繁體中文', en: 'English' };

type Words = { default: Record<string, unknown>; activity?: Record<string, unknown> };

/** One file per area and language, `{area}.{language}.ts`; an area is fetched when a page first asks for it. */
const files = import.meta.glob<Words>(['./*.zh-Hans.ts', './*.zh-Hant.ts', './*.en.ts', '!./activity.*.ts']);

const stored = 'guanxi.language';

/** The nearest language we speak to a tag such as `zh-TW`. */
export function languageOf(tag: string | null | undefined): Language {
  const lower = (tag ?? '').toLowerCase();
  if (/^zh\b.*(hant|tw|hk|mo)/.test(lower)) return 'zh-Hant';
  if (lower.startsWith('zh')) return 'zh-Hans';
  return lower ? 'en' : 'zh-Hans';
}

function firstLanguage(): Language {
  try {
    const kept = localStorage.getItem(stored);
    if (kept) return languageOf(kept);
  } catch {
    // Storage may be forbidden; the browser's own language will do.
  }
  return languageOf(navigator.language);
}

export const i18n = i18next.createInstance();

export async function startLanguage(): Promise<void> {
  await i18n
    .use({
      type: 'backend' as const,
      init() {},
      read(language: string, area: string, done: (error: unknown, words: Record<string, unknown> | null) => void) {
        const load = files[`./${area === 'activity' ? 'main' : area}.${language}.ts`];
        if (!load) done(new Error(`No words for ${area} in ${language}.`), null);
        else
          load().then(
            (words) => done(null, area === 'activity' ? (words.activity ?? null) : words.default),
            (error: unknown) => done(error, null),
          );
      },
    })
    .use(initReactI18next)
    .init({
      lng: firstLanguage(),
      fallbackLng: false,
      supportedLngs: [...languages],
      load: 'currentOnly',
      ns: ['main', 'activity'],
      defaultNS: 'main',
      interpolation: { escapeValue: false },
      returnNull: false,
    });
  document.documentElement.lang = i18n.language;
}

export function currentLanguage(): Language {
  return languageOf(i18n.language);
}

export async function setLanguage(language: Language): Promise<void> {
  try {
    localStorage.setItem(stored, language);
  } catch {
    // As above.
  }
  document.documentElement.lang = language;
  if (i18n.language !== language) await i18n.changeLanguage(language);
}

/** The label in the user's language, or the nearest one there is. */
export function labelOf(labels: Labels | null | undefined, fallback = ''): string {
  if (!labels) return fallback;
  const language = currentLanguage();
  return (
    labels[language] ??
    (language === 'zh-Hant' ? labels['zh-Hans'] : undefined) ??
    labels.en ??
    labels['zh-Hans'] ??
    fallback
  );
}
