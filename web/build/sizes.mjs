// Prints what each script and style costs on the wire (brotli), largest first.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const assets = new URL('../dist/assets', import.meta.url).pathname;
const rows = readdirSync(assets)
    .filter((name) => /\.(js|css)$/.test(name))
    .map((name) => {
        const path = join(assets, name);
        const wire = existsSync(`${path}.br`) ? statSync(`${path}.br`).size : statSync(path).size;
        return { name, raw: statSync(path).size, wire };
    })
    .sort((a, b) => b.wire - a.wire);
for (const { name, raw, wire } of rows)
    console.log(`${(wire / 1024).toFixed(1).padStart(8)} KB br ${(raw / 1024).toFixed(1).padStart(8)} KB  ${name}`);
console.log(
    `${(rows.reduce((sum, row) => sum + row.wire, 0) / 1024).toFixed(1).padStart(8)} KB br in ${rows.length} files`,
);
