// Simplified ↔ traditional: characters and the phrases that characters alone get wrong (OpenCC through opencc-js, Unihan for what it lacks).
import { BinaryWriter } from "./binary.mjs";
import { readUnihan } from "./unihan.mjs";

export async function loadScript(modules, unicode) {
  const load = async (name) => (await import(`${modules}/opencc-js/dist/esm-lib/dict/${name}.js`)).default.split("|").map((pair) => pair.split(" "));
  const toSimplified = new Map(await load("TSCharacters"));
  for (const [variant, standard] of [...(await load("TWVariantsRev")), ...(await load("HKVariantsRev"))]) {
    if (!toSimplified.has(variant) && [...variant].length === 1) toSimplified.set(variant, toSimplified.get(standard) ?? standard);
  }
  const variants = readUnihan(unicode, "Unihan_Variants.txt.bz2", ["kSimplifiedVariant"]).get("kSimplifiedVariant");
  // zh-Hant is written by the standard of Taiwan (為, 裡, 麵), with the mainland's vocabulary.
  const standard = new Map(await load("TWVariants"));
  const written = (pairs) => pairs.map(([from, to]) => [from, [...to].map((character) => standard.get(character) ?? character).join("")]);
  const toTraditional = new Map(written(await load("STCharacters")));
  for (const [character, codes] of variants) {
    const simplified = String.fromCodePoint(parseInt(codes.split(" ")[0].slice(2), 16));
    if (!toSimplified.has(character) && simplified !== character && !toTraditional.has(character) && !codes.includes(" ")) toSimplified.set(character, simplified);
  }
  for (const [from, to] of toSimplified) if (from === to) toSimplified.delete(from);
  return {
    toSimplified, toTraditional,
    simplifiedPhrases: await load("TSPhrases"),
    traditionalPhrases: written([...(await load("STPhrases")), ...(await load("STPhrases_GeneratedFromRegionalPhrases"))]),
  };
}

export function fold(toSimplified, text) {
  return [...text].map((character) => toSimplified.get(character) ?? character).join("");
}

// A phrase is needed only where it says something else than its characters, or where a shorter phrase inside it would.
function neededPhrases(phrases, characters) {
  const byCharacter = (text) => [...text].map((character) => characters.get(character) ?? character).join("");
  const known = new Map(phrases.filter(([from]) => from.length > 1));
  const kept = new Map();
  for (const [from, to] of [...known].sort((a, b) => a[0].length - b[0].length)) {
    if (convert(from, kept, characters) !== to || (byCharacter(from) === to && [...kept.keys()].some((key) => key.length < from.length && from.endsWith(key)))) kept.set(from, to);
  }
  return kept;
}

// The way Script.cs converts: the longest phrase at each place, else the character.
function convert(text, phrases, characters) {
  let result = "";
  for (let i = 0; i < text.length;) {
    let length = Math.min(text.length - i, 12);
    while (length > 1 && !phrases.has(text.slice(i, i + length))) length--;
    if (length > 1) { result += phrases.get(text.slice(i, i + length)); i += length; continue; }
    const character = String.fromCodePoint(text.codePointAt(i));
    result += characters.get(character) ?? character;
    i += character.length;
  }
  return result;
}

/** One direction: characters from and to, phrases from and to. */
export function writeScript(characters, phrases, path) {
  const writer = new BinaryWriter();
  const sorted = [...characters].filter(([from, to]) => from !== to).sort((a, b) => a[0].codePointAt(0) - b[0].codePointAt(0));
  writer.text(sorted.map(([from]) => from).join(""));
  writer.text(sorted.map(([, to]) => to).join(""));
  const kept = [...neededPhrases(phrases, characters)].filter(([from, to]) => from.length === to.length).sort((a, b) => (a[0] < b[0] ? -1 : 1));
  writer.text(kept.map(([from]) => from).join("\n"));
  writer.text(kept.map(([, to]) => to).join("\n"));
  console.log("characters", sorted.length, "phrases", kept.length, "of", phrases.length);
  writer.save(path);
}
