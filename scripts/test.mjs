// npm test: brings what is missing, then runs every test. Arguments go to Jest.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bring, root } from './bring.mjs';

/** Servers that some tests start for themselves, and what goes untested without them. */
const servers = {
  'redis-server': 'provisioning with its queue on Redis',
  prometheus: 'configuration and alert rules by promtool, which comes with it',
};

try {
  await bring((step) => console.log(`  … ${step}`));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

const missing = Object.keys(servers).filter(
  (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).error !== undefined,
);
if (missing.length > 0 && process.env.HELPDESKLY_REQUIRE_SERVERS === '1') {
  console.error(`HELPDESKLY_REQUIRE_SERVERS=1, but these servers are not installed: ${missing.join(', ')}`);
  process.exit(1);
}

const report = join(root, '.cache', `tests-${process.pid}.json`);
mkdirSync(join(root, '.cache'), { recursive: true });
const jest = spawn(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--no-warnings',
    join(root, 'node_modules/jest/bin/jest.js'),
    '--json',
    `--outputFile=${report}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
);
let stopped = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    stopped = true;
    jest.kill(signal);
  });
}
jest.on('exit', (code) => {
  for (const name of missing) console.log(`Left out, because ${name} is not installed: ${servers[name]}.`);
  const { passed, failed, skipped } = summary();
  if (skipped > 0) console.log(`${skipped} skipped`);
  if (stopped) console.log('Stopped before the end.');
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = code === 0 && failed === 0 && !stopped ? 0 : 1;
});

/** A file that could not even be run counts as one failure, and so does Jest itself when it ends before it reports. */
function summary() {
  try {
    const results = JSON.parse(readFileSync(report, 'utf8'));
    return {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(report, { force: true });
  }
}
