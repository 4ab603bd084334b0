#!/usr/bin/env node
// Checks an exported ledger, its checkpoints and its proofs by docs/operate/ledger-format.md alone: it shares no code with Guanxi, and needs nothing but Node.
//   node tools/ledger-verify.mjs [--entries FILE] [--checkpoint FILE]… [--key FILE]… [--proof FILE]…
import { createHash, createPublicKey, verify } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const leafOf = (entry) => sha256(Buffer.from([0]), canonical(entry));
const nodeOf = (left, right) => sha256(Buffer.from([1]), left, right);

function int32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int64(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
}

function lengthFirst(bytes) {
  return bytes === null ? [int32(-1)] : [int32(bytes.length), bytes];
}

const idBytes = (id) => (id == null ? null : Buffer.from(id.replaceAll('-', ''), 'hex'));
const textBytes = (text) => (text == null ? null : Buffer.from(text, 'utf8'));

/** The bytes that stand for an entry. */
function canonical(entry) {
  return Buffer.concat([
    int64(entry.seq),
    int64(entry.at),
    ...lengthFirst(idBytes(entry.actor)),
    ...lengthFirst(textBytes(entry.surface)),
    ...lengthFirst(textBytes(entry.action)),
    ...lengthFirst(textBytes(entry.type)),
    ...lengthFirst(idBytes(entry.record)),
    ...lengthFirst(idBytes(entry.batch)),
    Buffer.from(entry.contentHash, 'base64'),
  ]);
}

/** Whether the values, where they are given with their salt, are those whose hash the entry carries. */
function contentFits(entry) {
  if (entry.salt == null) return entry.changes == null;
  return sha256(Buffer.from(entry.salt, 'base64'), Buffer.from(entry.changes ?? '', 'utf8')).equals(Buffer.from(entry.contentHash, 'base64'));
}

/** A growing tree: the roots of its perfect subtrees, the largest first. */
class Tree {
  size = 0;
  roots = [];
  append(leaf) {
    let node = leaf;
    for (let rest = this.size; rest % 2 === 1; rest = Math.floor(rest / 2)) node = nodeOf(this.roots.pop(), node);
    this.roots.push(node);
    this.size += 1;
  }
  root() {
    return this.roots.length === 0 ? sha256() : this.roots.reduceRight((right, left) => nodeOf(left, right));
  }
}

function readCheckpoints(text, keys) {
  const lines = text.split(/\r?\n/);
  const found = [];
  for (let at = 0; at < lines.length; ) {
    if (lines[at].trim() === '') {
      at += 1;
      continue;
    }
    const [name, size, root, time, empty, signature] = lines.slice(at, at + 6);
    if (!name.startsWith('guanxi-ledger/') || !/^\d+$/.test(size ?? '') || !/^time \d+$/.test(time ?? '') || empty !== '' || !signature?.startsWith('— ')) {
      throw new Error(`line ${at + 1} does not begin a checkpoint`);
    }
    const signed = Buffer.from(`${name}\n${size}\n${root}\n${time}\n`, 'utf8');
    const [signer, encoded] = signature.slice(2).split(' ');
    const bytes = Buffer.from(encoded, 'base64');
    const trusted = keys.some(
      (key) => key.id.equals(bytes.subarray(0, 4)) && verify('sha256', signed, { key: key.key, dsaEncoding: 'der' }, bytes.subarray(4)),
    );
    found.push({ ledger: name.slice('guanxi-ledger/'.length), size: Number(size), root: Buffer.from(root, 'base64'), trusted: trusted && signer === name });
    at += 6;
  }
  return found;
}

function includes(root, size, index, leaf, path) {
  if (index < 0 || index >= size) return false;
  let [fn, sn, hash] = [BigInt(index), BigInt(size) - 1n, leaf];
  for (const step of path) {
    if (sn === 0n) return false;
    if (fn & 1n || fn === sn) {
      hash = nodeOf(step, hash);
      while (!(fn & 1n) && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else {
      hash = nodeOf(hash, step);
    }
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  return sn === 0n && hash.equals(root);
}

function extendsTree(first, firstRoot, second, secondRoot, path) {
  if (first < 1 || first > second) return false;
  if (first === second) return path.length === 0 && firstRoot.equals(secondRoot);
  const steps = (first & (first - 1)) === 0 ? [firstRoot, ...path] : path;
  if (steps.length === 0) return false;
  let [fn, sn] = [BigInt(first) - 1n, BigInt(second) - 1n];
  while (fn & 1n) [fn, sn] = [fn >> 1n, sn >> 1n];
  let [old, now] = [steps[0], steps[0]];
  for (const step of steps.slice(1)) {
    if (sn === 0n) return false;
    if (fn & 1n || fn === sn) {
      [old, now] = [nodeOf(step, old), nodeOf(step, now)];
      while (!(fn & 1n) && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else {
      now = nodeOf(now, step);
    }
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  return sn === 0n && old.equals(firstRoot) && now.equals(secondRoot);
}

function proofHolds(proof) {
  const path = proof.path.map((step) => Buffer.from(step, 'base64'));
  const root = Buffer.from(proof.root, 'base64');
  if (proof.kind === 'inclusion') return contentFits(proof.entry) && includes(root, proof.size, proof.entry.seq - 1, leafOf(proof.entry), path);
  return proof.kind === 'consistency' && extendsTree(proof.firstSize, Buffer.from(proof.firstRoot, 'base64'), proof.size, root, path);
}

async function checkEntries(file, checkpoints, wrong) {
  const tree = new Tree();
  const waiting = [...checkpoints].sort((a, b) => a.size - b.size);
  const ledgers = new Set(checkpoints.map((checkpoint) => checkpoint.ledger));
  if (ledgers.size > 1) wrong.push('the checkpoints are of more than one ledger');
  for await (const line of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
    if (line === '') continue;
    const entry = JSON.parse(line);
    if (entry.seq !== tree.size + 1) wrong.push(`entry ${tree.size + 1} is missing or out of place: ${entry.seq} stands there`);
    if (!contentFits(entry)) wrong.push(`the values of entry ${entry.seq} are not those that were hashed`);
    tree.append(leafOf(entry));
    while (waiting.length > 0 && waiting[0].size === tree.size) {
      if (!waiting[0].root.equals(tree.root())) wrong.push(`the checkpoint of ${tree.size} entries does not fit: something before was written again`);
      waiting.shift();
    }
  }
  for (const checkpoint of waiting.filter(({ size }) => size > tree.size)) wrong.push(`a checkpoint says ${checkpoint.size} entries and there are ${tree.size}: cut off, or an old copy`);
  return tree;
}

async function main() {
  const asked = { entries: [], checkpoint: [], key: [], proof: [] };
  for (let at = 2; at < process.argv.length; at += 2) asked[process.argv[at].slice(2)].push(process.argv[at + 1]);
  const keys = asked.key.map((file) => {
    const key = createPublicKey(readFileSync(file));
    return { key, id: sha256(key.export({ type: 'spki', format: 'der' })).subarray(0, 4) };
  });
  const wrong = [];
  const checkpoints = asked.checkpoint.flatMap((file) => readCheckpoints(readFileSync(file, 'utf8'), keys));
  for (const { size, trusted } of checkpoints) if (!trusted) wrong.push(`no given key signed the checkpoint of ${size} entries`);
  for (const file of asked.entries) {
    const tree = await checkEntries(file, checkpoints, wrong);
    console.log(`${tree.size} entries, root ${tree.root().toString('base64')}, ${checkpoints.length} checkpoints`);
  }
  for (const file of asked.proof) {
    const proof = JSON.parse(readFileSync(file, 'utf8'));
    const vouchers = [...checkpoints, ...(proof.checkpoint ? readCheckpoints(proof.checkpoint, keys) : [])].filter(({ size, ledger, trusted }) => trusted && size === proof.size && ledger === proof.ledger);
    if (!proofHolds(proof)) wrong.push(`${file}: the proof does not hold`);
    else if (vouchers.length === 0) wrong.push(`${file}: no signed checkpoint vouches for the root`);
    else if (!vouchers.every(({ root }) => root.equals(Buffer.from(proof.root, 'base64')))) wrong.push(`${file}: the root is not the one that was signed`);
    else console.log(`${file}: holds`);
  }
  wrong.slice(0, 50).forEach((sentence) => console.error(sentence));
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

await main();
