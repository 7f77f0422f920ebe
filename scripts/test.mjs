// npm test: brings what is missing, then runs every test. Arguments go to Jest.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bring, root } from './bring.mjs';

const servers = { 'redis-server': 'provisioning with its queue on Redis' };

try {
  await bring((step) => console.log(`  … ${step}`));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

const missing = Object.keys(servers).filter((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).error !== undefined);
if (missing.length > 0 && process.env.HELPDESKLY_REQUIRE_SERVERS === '1') {
  console.error(`HELPDESKLY_REQUIRE_SERVERS=1, but these servers are not installed: ${missing.join(', ')}`);
  process.exit(1);
}

const report = join(root, '.cache', `tests-${process.pid}.json`);
mkdirSync(join(root, '.cache'), { recursive: true });
const jest = spawn(
  process.execPath,
  ['--experimental-vm-modules', '--no-warnings', join(root, 'node_modules/jest/bin/jest.js'), '--json', `--outputFile=${report}`, ...process.argv.slice(2)],
  { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...withoutServers(missing) } },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined); // Jest gets it too, and cleans up.
jest.on('exit', (code, signal) => {
  for (const name of missing) console.log(`Left out, because ${name} is not installed: ${servers[name]}.`);
  const counts = summary();
  if (counts !== undefined) console.log(`${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`);
  process.exit(signal === null ? code : 1);
});

function withoutServers(names) {
  return names.includes('redis-server') ? { HELPDESKLY_TEST_REDIS: 'missing' } : {};
}

function summary() {
  try {
    const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped, numRuntimeErrorTestSuites: broken } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed, failed: failed + broken, skipped };
  } catch {
    return undefined; // Jest ended before it reported.
  } finally {
    rmSync(report, { force: true });
  }
}
