// npm run check: types, rules, directions and form of everything, what nobody uses, links, OpenAPI documents, and the
// licences of what runs.
import { join } from 'node:path';
import { bring, root, run } from './bring.mjs';
import { unaccepted } from './licences.mjs';
import { writeSbom } from './sbom.mjs';

const node = process.execPath;
const checks = [
  ['types', ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.test.json']],
  ['types of the console', ['node_modules/typescript/bin/tsc', '-p', 'apps/console']],
  ["types of the operators' console", ['node_modules/typescript/bin/tsc', '-p', 'apps/operator-console']],
  ['words of the pages', ['scripts/words.mjs', '--check']],
  ['sizes of the pages', ['node_modules/size-limit/bin.js', '--silent']],
  ['rules', ['node_modules/eslint/bin/eslint.js', '.']],
  ['nothing unused', ['node_modules/knip/bin/knip.js']],
  ['directions', ['node_modules/dependency-cruiser/bin/dependency-cruise.mjs', 'apps', 'libs', 'bench']],
  ['form', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']],
  ['migrations', ['scripts/lint-migrations.mjs']],
  ['links', ['scripts/links.mjs']],
  ['OpenAPI documents', ['scripts/openapi.mjs']],
];

try {
  await bring((step) => console.log(`  … ${step}`));
  for (const [name, command] of checks) {
    await run(node, command);
    console.log(`  ✓ ${name}`);
  }
  const { components } = await writeSbom(join(root, '.cache/sbom.cdx.json'));
  const others = unaccepted(components);
  if (others.length > 0)
    throw new Error(`licences that are not on the list of scripts/licences.mjs:\n${others.join('\n')}`);
  console.log('  ✓ licences');
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
