// The two fonts of printed pages, cut down to the tables a page needs and packed with brotli.
//   node tools/documents/fonts.mjs DroidSansFallbackFull.ttf LiberationSans-Regular.ttf
import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';

const needed = ['cmap', 'cvt ', 'fpgm', 'glyf', 'head', 'hhea', 'hmtx', 'loca', 'maxp', 'prep'];
const [chinese, latin] = process.argv.slice(2);
for (const [name, path] of [['chinese', chinese], ['latin', latin]]) {
  const font = readFileSync(path);
  const count = font.readUInt16BE(4);
  const tables = Array.from({ length: count }, (_, i) => 12 + 16 * i)
    .map((at) => ({ tag: font.toString('latin1', at, at + 4), sum: font.readUInt32BE(at + 4), at: font.readUInt32BE(at + 8), size: font.readUInt32BE(at + 12) }))
    .filter(({ tag }) => needed.includes(tag));
  const head = Buffer.alloc(12 + 16 * tables.length);
  head.writeUInt32BE(0x00010000, 0);
  head.writeUInt16BE(tables.length, 4);
  const parts = [head];
  let next = head.length;
  tables.forEach(({ tag, sum, at, size }, i) => {
    head.write(tag, 12 + 16 * i, 'latin1');
    head.writeUInt32BE(sum, 16 + 16 * i);
    head.writeUInt32BE(next, 20 + 16 * i);
    head.writeUInt32BE(size, 24 + 16 * i);
    const padded = Buffer.alloc((size + 3) & ~3);
    font.copy(padded, 0, at, at + size);
    parts.push(padded);
    next += padded.length;
  });
  const packed = brotliCompressSync(Buffer.concat(parts), { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } });
  writeFileSync(`src/Guanxi/Platform/Documents/Data/${name}.ttf.br`, packed);
  console.log(name, packed.length);
}
