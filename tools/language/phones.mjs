// One line per country: calling code, region, trunk prefix, possible lengths, pattern of the national number.
import { readFileSync } from "node:fs";
import { BinaryWriter } from "./binary.mjs";

export function writePhones(modules, path) {
  const metadata = JSON.parse(readFileSync(`${modules}/libphonenumber-js/metadata.min.json`, "utf8"));
  const lines = [];
  for (const [code, regions] of Object.entries(metadata.country_calling_codes)) for (const region of regions) {
    const [, , pattern, lengths, , trunk] = metadata.countries[region] ?? metadata.nonGeographic?.[code] ?? [];
    if (pattern) lines.push([code, region, typeof trunk === "string" ? trunk : "", lengths.join(","), pattern].join("\t"));
  }
  for (const [code, [, , pattern, lengths]] of Object.entries(metadata.nonGeographic ?? {})) lines.push([code, "001", "", lengths.join(","), pattern].join("\t"));
  const writer = new BinaryWriter();
  writer.text(lines.join("\n"));
  console.log("phone plans", lines.length);
  writer.save(path);
}
