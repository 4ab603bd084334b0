// Makes src/Guanxi/Platform/Identity/Data/common-passwords.txt.br; NOTICE.md says from what.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const modules = process.argv[2];
const listed = JSON.parse(readFileSync(join(modules, '@zxcvbn-ts/language-common/src/passwords.json'), 'utf8'));
const own = readFileSync(join(here, 'own-words.txt'), 'utf8').split('\n');

// A short word matters only as the root of a longer password, and only when it is a frequent one.
const mostRoots = 12_000;
const wanted = new Set(own.filter(Boolean));
listed.forEach((text, rank) => {
  const word = text.toLowerCase();
  if (word.length >= 8 || (rank < mostRoots && /^[a-z]{4,}$/.test(word))) wanted.add(word);
});
const text = [...wanted].sort().join('\n');
const packed = brotliCompressSync(Buffer.from(text), { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 } });
writeFileSync(join(here, '../../src/Guanxi/Platform/Identity/Data/common-passwords.txt.br'), packed);
console.log(`${wanted.size} words, ${packed.length} bytes`);
