// Little-endian writer and brotli packing shared by the table generators.
import { writeFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";

export class BinaryWriter {
  #parts = [];
  byte(value) { this.#parts.push(Buffer.from([value])); }
  u16(value) { const b = Buffer.alloc(2); b.writeUInt16LE(value); this.#parts.push(b); }
  i32(value) { const b = Buffer.alloc(4); b.writeInt32LE(value); this.#parts.push(b); }
  u16s(values) { this.i32(values.length); for (const value of values) this.u16(value); }
  /** Length in UTF-16 units, then the units. */
  text(value) { this.u16s([...Array(value.length).keys()].map((i) => value.charCodeAt(i))); }
  save(path) {
    const raw = Buffer.concat(this.#parts);
    const packed = brotliCompressSync(raw, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length } });
    writeFileSync(path, packed);
    console.log(path.split("/").pop(), raw.length, "→", packed.length);
  }
}
