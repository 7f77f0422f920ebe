// npm run check: types, rules, directions and form of everything.
import { bring, run } from './bring.mjs';

const node = process.execPath;
const checks = [
  ['types', ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.test.json']],
  ['rules', ['node_modules/eslint/bin/eslint.js', '.']],
  ['directions', ['node_modules/dependency-cruiser/bin/dependency-cruise.mjs', 'apps', 'libs', 'bench']],
  ['form', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']],
];

try {
  await bring((step) => console.log(`  … ${step}`));
  for (const [name, command] of checks) {
    await run(node, command);
    console.log(`  ✓ ${name}`);
  }
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
