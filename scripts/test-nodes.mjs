// node scripts/test-nodes.mjs: the fast part of the suite (`*.spec.ts`: pure logic) on newer releases of Node, whose binaries are
// npm packages. The whole suite runs on the Node that npm test was started by; 20.19 is the oldest that will do.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bring, root, run } from './bring.mjs';

const versions = ['24.22.3', '26.12.1'];
const binaries = `node-${process.platform}-${process.arch}`;

if (`${process.platform}-${process.arch}` !== 'linux-x64') {
  console.log(`Left out: Node ${versions.join(' and ')} (their packages are looked up for linux-x64 alone).`);
  process.exit(0);
}
try {
  await bring((step) => console.log(`  … ${step}`));
  for (const version of versions) {
    const node = await nodeOf(version);
    const jest = ['--no-warnings', 'node_modules/jest/bin/jest.js', '\\.spec\\.ts$'];
    const { status, stderr } = spawnSync(node, jest, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 });
    if (status !== 0) throw new Error(`${stderr}\nThe fast part of the suite fails on Node ${version}.`);
    console.log(`  ✓ Node ${version}: ${/^Tests:\s+(\S.*)$/m.exec(stderr)?.[1]}`);
  }
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

/** The path of that release's binary, brought when it is not there yet. */
async function nodeOf(version) {
  const folder = join(root, '.cache/nodes', version);
  const node = join(folder, 'node_modules', binaries, 'bin/node');
  if (existsSync(node)) return node;
  mkdirSync(folder, { recursive: true });
  await run('npm', [
    'install',
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--prefix',
    folder,
    `${binaries}@${version}`,
  ]);
  return node;
}
