// Writes a brotli and a gzip copy beside every text file of dist, so that the server only has to hand them out.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = new URL('../dist', import.meta.url).pathname;
const text = /\.(js|css|html|svg|json|webmanifest|txt)$/;
const smallest = 512;

// The page itself is rewritten per request (its nonce), so a compressed copy of it would be stale.
const rewritten = new Set([join(root, 'index.html')]);

for (const name of readdirSync(root, { recursive: true })) {
    const path = join(root, name);
    if (!text.test(path) || rewritten.has(path) || statSync(path).size < smallest) continue;
    const content = readFileSync(path);
    writeFileSync(
        `${path}.br`,
        brotliCompressSync(content, {
            params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
        }),
    );
    writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
}
