// npm run sbom: writes sbom.cdx.json (CycloneDX 1.6) and THIRD-PARTY-NOTICES.txt of the packages that the two APIs and their pages run with.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bring, pnpm, root, run } from './bring.mjs';
import { licenceOf } from './licences.mjs';

/** The document, by pnpm, from the lockfile and what is installed. */
export async function writeSbom(file) {
  const whose = [
    '--filter-prod',
    'control-api...',
    '--filter-prod',
    'app-api...',
    '--filter-prod',
    'console...',
    '--filter-prod',
    'operator-console...',
  ];
  const form = ['--sbom-format', 'cyclonedx', '--sbom-spec-version', '1.6', '--sbom-type', 'application'];
  await run(...pnpm(...whose, 'sbom', '--prod', ...form, '--out', file));
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Each package's licence and its own files about it. */
export function noticesOf(components) {
  const installed = readdirSync(join(root, 'node_modules/.pnpm'));
  return components
    .filter(({ group }) => group !== '@helpdeskly')
    .filter((component) => licenceOf(component) !== undefined)
    .map((component) => {
      const { group, name, version } = component;
      const full = group === undefined ? name : `${group}/${name}`;
      const stored = `${full.replace('/', '+')}@${version}`;
      const folder = installed.find(
        (each) => each === stored || each.startsWith(`${stored}_`) || each.startsWith(`${stored}(`),
      );
      const place = folder === undefined ? '' : join(root, 'node_modules/.pnpm', folder, 'node_modules', full);
      const files = existsSync(place)
        ? readdirSync(place).filter((each) => /^(licen[cs]e|notice|copying)/i.test(each))
        : [];
      const texts = files.sort().map((each) => readFileSync(join(place, each), 'utf8').trim());
      return [`${full} ${version}`, licenceOf(component), ...texts].join('\n\n');
    })
    .join(`\n\n${'-'.repeat(80)}\n\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await bring((step) => console.log(`  … ${step}`));
  const { components } = await writeSbom(join(root, 'sbom.cdx.json'));
  writeFileSync(join(root, 'THIRD-PARTY-NOTICES.txt'), `${noticesOf(components)}\n`);
  console.log(`sbom.cdx.json and THIRD-PARTY-NOTICES.txt: ${components.length} packages`);
}
