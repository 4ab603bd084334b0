// The program's parts as CycloneDX 1.6 JSON: the packages that are shipped, of .NET and of the browser client, from their lock files. Tests and builders are not shipped and not in it.
//   node tools/sbom.mjs > sbom.json     ./guanxi sbom [FILE]
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const read = (path) => readFileSync(join(root, path), 'utf8');
const version = /<Version>([^<]+)</.exec(read('Directory.Build.props'))[1];
const components = new Map();
const dependencies = new Map();
const builders = new Set(['Meziantou.Analyzer', 'Microsoft.CodeAnalysis.BannedApiAnalyzers']);

const hex = (base64) => Buffer.from(base64, 'base64').toString('hex');

function add(component) {
  components.set(component['bom-ref'], component);
}

/** The licence a package names in its own description, when it lies on this machine. */
function nugetLicence(name, number) {
  const file = join(process.env.NUGET_PACKAGES ?? join(homedir(), '.nuget', 'packages'), name.toLowerCase(), number, `${name.toLowerCase()}.nuspec`);
  const found = existsSync(file) && /<license type="expression">([^<]+)</.exec(readFileSync(file, 'utf8'));
  return found ? [{ expression: found[1] }] : undefined;
}

const nuget = (name, number) => `pkg:nuget/${name}@${number}`;
for (const project of readdirSync(join(root, 'src'))) {
  const lock = join('src', project, 'packages.lock.json');
  if (!existsSync(join(root, lock))) continue;
  for (const packages of Object.values(JSON.parse(read(lock)).dependencies)) {
    const resolved = new Map(Object.entries(packages).map(([name, entry]) => [name.toLowerCase(), [name, entry.resolved]]));
    for (const [name, entry] of Object.entries(packages)) {
      if (entry.type === 'Project' || builders.has(name)) continue;
      const ref = nuget(name, entry.resolved);
      add({ type: 'library', 'bom-ref': ref, name, version: entry.resolved, purl: ref, hashes: [{ alg: 'SHA-512', content: hex(entry.contentHash) }], licenses: nugetLicence(name, entry.resolved) });
      dependencies.set(ref, Object.keys(entry.dependencies ?? {}).map((needed) => resolved.get(needed.toLowerCase())).filter(Boolean).map(([found, number]) => nuget(found, number)));
    }
  }
}

const npm = (name, number) => `pkg:npm/${name.replace('@', '%40')}@${number}`;
const web = JSON.parse(read('web/package-lock.json')).packages;
for (const [path, entry] of Object.entries(web)) {
  if (!path || entry.dev || entry.devOptional || entry.link) continue;
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const ref = npm(name, entry.version);
  const [algorithm, digest] = (entry.integrity ?? '').split(/-(.*)/s);
  add({
    type: 'library', 'bom-ref': ref, name, version: entry.version, purl: ref,
    hashes: algorithm === 'sha512' ? [{ alg: 'SHA-512', content: hex(digest) }] : undefined,
    licenses: entry.license ? [{ expression: entry.license }] : undefined,
  });
  const needs = Object.keys(entry.dependencies ?? {}).map((needed) => {
    for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
      const candidate = at ? `${at}/node_modules/${needed}` : `node_modules/${needed}`;
      if (web[candidate]) return npm(needed, web[candidate].version);
      if (!at) return undefined;
    }
  });
  dependencies.set(ref, needs.filter(Boolean));
}

const sorted = [...components.values()].sort((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1));
const own = 'pkg:generic/guanxi@' + version;
// The same parts give the same file: its number is made of them, and it has no time of its own.
const digest = createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
const uuid = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
console.log(JSON.stringify({
  bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: `urn:uuid:${uuid}`, version: 1,
  metadata: { component: { type: 'application', 'bom-ref': own, name: 'guanxi', version } },
  components: sorted,
  dependencies: [{ ref: own, dependsOn: sorted.map((component) => component['bom-ref']) }, ...sorted.map((component) => ({ ref: component['bom-ref'], dependsOn: [...new Set(dependencies.get(component['bom-ref']) ?? [])].filter((ref) => components.has(ref)).sort() }))],
}, null, 2));
