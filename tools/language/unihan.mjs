// Reads the Unihan files of Debian's unicode-data package.
import { execFileSync } from "node:child_process";

/** @returns {Map<string, Map<string, string>>} property → character → value */
export function readUnihan(folder, file, properties) {
  const text = execFileSync("bzcat", [`${folder}/${file}`], { maxBuffer: 1 << 28, encoding: "utf8" });
  const result = new Map(properties.map((property) => [property, new Map()]));
  for (const line of text.split("\n")) {
    if (!line.startsWith("U+")) continue;
    const [code, property, value] = line.split("\t");
    result.get(property)?.set(String.fromCodePoint(parseInt(code.slice(2), 16)), value);
  }
  return result;
}

const marks = { "\u0304": 1, "\u0301": 2, "\u030c": 3, "\u0300": 4 };

/** "lǚ" → "lv3": letters with v for ü, then the tone, 5 for the neutral one. Null for what is no syllable (ê, ḿ, ň). */
export function toNumbered(syllable) {
  let letters = "";
  let tone = 5;
  for (const char of syllable.normalize("NFD").toLowerCase()) {
    if (char in marks) tone = marks[char];
    else if (char === "\u0308") letters = letters.slice(0, -1) + "v";
    else letters += char;
  }
  return /^[a-z]{1,6}$/.test(letters) && /[aeiouv]/.test(letters) ? letters + tone : null;
}
