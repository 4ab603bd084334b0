// What texts in a language look like: common trigrams and letters, common Han characters and Hangul syllables.
import { readFileSync } from "node:fs";
import { BinaryWriter } from "./binary.mjs";
import { readUnihan } from "./unihan.mjs";

const languages = {
  Cyrillic: ["rus", "ukr", "bel", "bul", "mkd", "srp"],
  Arabic: ["arb", "urd", "pes"],
  Hebrew: ["heb", "ydd"],
};

// Greek has no trigrams in franc: it is the only language of its script there.
const greek = " κα|και|αι | το|του|ου | τη|της|ης |την|ην |το |ων |ους|υς |ται|στο|τα |να | να| με| ει|είν|ναι|ματ|από| απ|ική|ικό|ση |σης|για| γι|ια |θα | θα|που| πο|ου |ος |ες |εις|ει |ιο |ισμ|ότη|τητ| αν| πρ|προ| δι|δικ|αίω|κάθ| κά|άθε|θε |σε | σε|στη| στ|τικ|κές|ός |ής |ές |ών |ιών|ούν|ουν|μέν|ένα| έν|άν|ερα|ρα |ελλ|λην|λλη|ηνι|νικ|μα |ας |τας|ίας|ία |εία|σία|ητα";
const greekLetters = "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ";

const commonHan = 1200;
const commonHangul = "이다는에가을의로고하한지사은기도를리자시인해서대나아일정어으스라수부들상전구보그과제있장만주원것여면비관게오성적공생무우소개경동신선조방중모연계화전국문세안위학민음미회요산진체물용양재실유역영단심간교행현당업번통명치분차법여관기발때내년월본할된습니까합했였던보와까지";

export async function writeLanguages(modules, unicode, here, path) {
  const { data } = await import(`${modules}/franc-all/data.js`);
  const lines = [];
  const add = (language, letters, trigrams) => lines.push([language, letters, trigrams.split("|").filter((t) => [...t].some((c) => c > "\x7f")).join("|")].join("\t"));
  for (const line of readFileSync(`${here}/alphabets.txt`, "utf8").split("\n").filter((l) => l && !l.startsWith("#"))) {
    const [language, letters] = line.split(" ");
    add(language, letters, data.Latin[language]);
  }
  for (const [script, codes] of Object.entries(languages)) for (const code of codes) add(code, "", data[script][code]);
  add("ell", greekLetters, greek);
  const spoken = [...readUnihan(unicode, "Unihan_Readings.txt.bz2", ["kHanyuPinlu"]).get("kHanyuPinlu")]
    .map(([character, value]) => [character, value.split(" ").reduce((sum, entry) => sum + Number(/\((\d+)\)/.exec(entry)[1]), 0)])
    .sort((a, b) => b[1] - a[1]);
  const writer = new BinaryWriter();
  writer.text(lines.join("\n"));
  writer.text(spoken.slice(0, commonHan).map(([character]) => character).join(""));
  writer.text([...new Set(commonHangul)].join(""));
  console.log("languages", lines.length);
  writer.save(path);
}
