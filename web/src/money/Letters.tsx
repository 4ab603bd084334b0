import { base } from '../api/client';

/** The letter of a dunning step as a file, in each language. */
export function Letters({ id }: { id: string }) {
  return [
    ['zh-Hans', 'PDF 简体'],
    ['zh-Hant', 'PDF 繁體'],
    ['en', 'PDF English'],
  ].map(([language, label]) => (
    <a key={language} className="button button-plain" href={`${base}/dunnings/${id}/letter?language=${language}`} target="_blank" rel="noreferrer" lang={language}>
      {label}
    </a>
  ));
}
