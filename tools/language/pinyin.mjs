// Readings of characters (Unihan), of phrases and of surnames (pinyin-pro and the two own lists).
import { readFileSync } from "node:fs";
import { BinaryWriter } from "./binary.mjs";
import { fold } from "./script.mjs";
import { readUnihan, toNumbered } from "./unihan.mjs";

// A reading below this share of a character's spoken uses (kHanyuPinlu) is kept for search, but counts as rare.
const commonShare = 0.04;
const ranges = [[0x3007, 0x3007], [0x3400, 0x4dbf], [0x4e00, 0x9fff], [0x20000, 0x323af]];

export async function loadPinyin(modules, unicode, here, script) {
  const data = async (name) => (await import(`${modules}/pinyin-pro/dist/esm/data/${name}.mjs`)).default;
  const own = readOwn(`${here}/own-readings.txt`);
  const readings = characterReadings(unicode, await data("dict1"), script, own);
  const phrases = new Map();
  for (const name of ["dict2", "dict3", "dict4", "dict5"]) addPhrases(phrases, await data(name), readings, script);
  for (const [phrase, syllables] of own) if ([...phrase].length > 1) phrases.set(phrase, syllables);
  const surnames = new Map();
  for (const { zh, pinyin } of await surnamePatterns(modules)) surnames.set(zh, pinyin.split(" ").map(toNumbered));
  for (const [surname, syllables] of readOwn(`${here}/own-surnames.txt`)) surnames.set(surname, syllables);
  for (const table of [phrases, surnames]) for (const [key, syllables] of table) if (syllables.includes(null) || syllables.length !== [...key].length || key.length !== syllables.length) table.delete(key);
  return { readings, phrases, surnames };
}

async function surnamePatterns(modules) {
  return (await import(`${modules}/pinyin-pro/dist/esm/data/surname.mjs`)).PatternSurname;
}

function readOwn(path) {
  return new Map(readFileSync(path, "utf8").split("\n").filter((line) => line && !line.startsWith("#")).map((line) => {
    const [phrase, ...syllables] = line.trim().split(" ");
    return [phrase, syllables];
  }));
}

function characterReadings(unicode, defaults, script, own) {
  const files = readUnihan(unicode, "Unihan_Readings.txt.bz2", ["kMandarin", "kHanyuPinlu", "kXHC1983", "kTGHZ2013", "kHanyuPinyin"]);
  const words = (property, character) => (files.get(property).get(character) ?? "").split(" ").filter(Boolean);
  const located = (property, character) => words(property, character).flatMap((entry) => entry.split(":")[1].split(",")).map(toNumbered).filter(Boolean);
  const first = (character) => {
    if (own.has(character)) return own.get(character)[0];
    const general = defaults.get(character);
    return toNumbered((general || words("kMandarin", character)[0] || "").split(" ")[0]) ?? located("kHanyuPinyin", character)[0] ?? null;
  };
  const simple = (character) => {
    const spoken = words("kHanyuPinlu", character).map((entry) => /^(.+)\((\d+)\)$/.exec(entry)).map((m) => [toNumbered(m[1]), Number(m[2])]).filter(([s]) => s);
    const total = spoken.reduce((sum, [, count]) => sum + count, 0);
    const share = (letters) => (total ? spoken.filter(([s]) => s.slice(0, -1) === letters).reduce((sum, [, count]) => sum + count, 0) / total : 1);
    let all = [first(character), ...spoken.map(([s]) => s), ...words("kMandarin", character).map(toNumbered), ...located("kXHC1983", character), ...located("kTGHZ2013", character)];
    if (all.filter(Boolean).length < 2) all.push(...located("kHanyuPinyin", character).slice(0, 2));
    return rank(all.filter(Boolean), share);
  };
  const result = new Map();
  for (const [from, to] of ranges) for (let code = from; code <= to; code++) {
    const character = String.fromCodePoint(code);
    const simplified = script.toSimplified.get(character);
    let entry = simple(character);
    if (simplified && !own.has(character)) entry = traditional(character, entry, simple(simplified), located("kHanyuPinyin", character), words("kMandarin", character).map(toNumbered));
    if (entry.all.length) result.set(character, entry);
  }
  return result;
}

// Distinct letters only: default first, then common ones, then rare ones; at most five.
function rank(all, share) {
  const seen = new Set();
  const distinct = all.filter((s) => !seen.has(s.slice(0, -1)) && seen.add(s.slice(0, -1)));
  const common = distinct.filter((s, i) => i === 0 || share(s.slice(0, -1)) >= commonShare);
  const rare = distinct.filter((s) => !common.includes(s));
  return { all: [...common, ...rare].slice(0, 5), common: Math.min(common.length, 5) };
}

// 髮 and 發 share 发 but not its readings: keep those of the simplified character that the traditional one really has.
function traditional(character, ownEntry, simplifiedEntry, dictionary, mandarin) {
  const letters = new Set([...dictionary, ...mandarin].filter(Boolean).map((s) => s.slice(0, -1)));
  const kept = simplifiedEntry.all.filter((s) => letters.has(s.slice(0, -1)));
  if (kept.length === 0) return ownEntry;
  const common = kept.filter((s) => simplifiedEntry.all.indexOf(s) < simplifiedEntry.common).length;
  return { all: kept, common: Math.max(1, common) };
}

function addPhrases(phrases, dictionary, readings, script) {
  for (const [phrase, marked] of Object.entries(dictionary)) {
    const characters = [...phrase];
    const syllables = marked.split(" ").map(toNumbered);
    if (syllables.length !== characters.length || syllables.includes(null)) continue;
    // 一 and 不 change tone in speech, and light syllables lose theirs: sorting goes by the tone of the dictionary entry.
    const settled = syllables.map((s, i) => {
      if (characters[i] === "一") return "yi1";
      if (characters[i] === "不") return "bu4";
      const full = s.endsWith("5") && readings.get(characters[i])?.all.find((r) => r.slice(0, -1) === s.slice(0, -1));
      return full || s;
    });
    phrases.set(fold(script.toSimplified, phrase), settled);
  }
}

export function writePinyin({ readings, phrases, surnames }, path) {
  const syllables = [...new Set([...[...readings.values()].flatMap((entry) => entry.all), ...[...phrases.values(), ...surnames.values()].flat()])].sort();
  const syllableIndex = new Map(syllables.map((s, i) => [s, i]));
  const sets = new Map([["", 0]]);
  const setIndex = (entry) => {
    if (!entry) return 0;
    const key = `${entry.common}:${entry.all.join(" ")}`;
    if (!sets.has(key)) sets.set(key, sets.size);
    return sets.get(key);
  };
  const writer = new BinaryWriter();
  const blocks = ranges.map(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => setIndex(readings.get(String.fromCodePoint(from + i)))));
  writer.text(syllables.join("\n"));
  const flat = [...sets.keys()].slice(1).flatMap((key) => {
    const [common, all] = key.split(":");
    const ids = all.split(" ").map((s) => syllableIndex.get(s));
    return [ids.length | (Number(common) << 8), ...ids];
  });
  writer.u16s(flat);
  writer.i32(ranges.length);
  ranges.forEach(([from], i) => { writer.i32(from); writer.u16s(blocks[i]); });
  for (const table of [phrases, surnames]) {
    const sorted = [...table].sort((a, b) => (a[0] < b[0] ? -1 : 1));
    writer.text(sorted.map(([key]) => key).join("\n"));
    writer.u16s(sorted.flatMap(([, value]) => value.map((s) => syllableIndex.get(s))));
  }
  console.log("syllables", syllables.length, "sets", sets.size, "phrases", phrases.size, "surnames", surnames.size);
  writer.save(path);
}
