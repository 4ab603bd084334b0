// Looks for known weaknesses in the packages that are shipped. Says "not checked" instead of "none" when a registry has no such data: it must know a package with a famous one first.
//   node tools/audit.mjs        0: none known, 1: found, 3: not (wholly) checked
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const run = (program, args, cwd) => spawnSync(program, args, { cwd, encoding: 'utf8', timeout: 180_000, maxBuffer: 1 << 26 });
const found = [];
const unchecked = [];

/** Known weaknesses of a project's packages, "name version (severity)". */
function nuget(project) {
  const said = run('dotnet', ['list', project, 'package', '--vulnerable', '--include-transitive', '--format', 'json'], root);
  const json = JSON.parse(said.stdout.slice(said.stdout.indexOf('{')));
  if (json.problems?.some((problem) => problem.level === 'error')) throw new Error(json.problems[0].text);
  return json.projects.flatMap((one) => one.frameworks ?? []).flatMap((framework) => [...(framework.topLevelPackages ?? []), ...(framework.transitivePackages ?? [])])
    .flatMap((one) => (one.vulnerabilities ?? []).map((weakness) => `${one.id} ${one.resolvedVersion} (${weakness.severity}) ${weakness.advisoryurl}`));
}

/** Whether the source knows of System.Text.Json 8.0.0, whose weakness everybody knows (CVE-2024-30105). */
function nugetKnows() {
  const place = mkdtempSync(join(tmpdir(), 'guanxi-audit-'));
  try {
    const project = join(place, 'known.csproj');
    writeFileSync(project, '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>netstandard2.0</TargetFramework><NuGetAudit>false</NuGetAudit></PropertyGroup><ItemGroup><PackageReference Include="System.Text.Json" Version="8.0.0" /></ItemGroup></Project>');
    return run('dotnet', ['restore', project, '-v', 'q'], place).status === 0 && nuget(project).some((line) => line.startsWith('System.Text.Json'));
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

try {
  if (nugetKnows()) for (const project of ['src/Guanxi.Cli/Guanxi.Cli.csproj']) found.push(...nuget(project));
  else unchecked.push('NuGet: the package source has no data on weaknesses');
} catch (error) {
  unchecked.push(`NuGet: ${error.message.split('\n')[0]}`);
}

try {
  const said = run('npm', ['audit', '--omit=dev', '--json'], join(root, 'web'));
  const json = JSON.parse(said.stdout);
  if (!json.metadata?.vulnerabilities) throw new Error(json.message ?? json.error?.summary ?? 'no answer');
  found.push(...Object.values(json.vulnerabilities).map((one) => `${one.name} ${one.range} (${one.severity})`));
} catch (error) {
  unchecked.push(`npm: ${error.message.split('\n')[0]}`);
}

for (const line of [...new Set(found)]) console.log(`known weakness: ${line}`);
for (const line of unchecked) console.log(`not checked: ${line}`);
if (!found.length && !unchecked.length) console.log('no known weakness in what is shipped');
process.exit(found.length ? 1 : unchecked.length ? 3 : 0);
