// npm test: brings what is missing, then runs every test. Arguments go to Jest.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { bring, root } from './bring.mjs';
import { canStart } from './processes.mjs';

/** Servers that some tests start for themselves, and what goes untested without them. */
const servers = {
  'redis-server': 'queues and rates on Redis, and everything over HTTP through PgBouncer and Redis',
  pgbouncer: 'everything over HTTP through PgBouncer and Redis, and what becomes of connections that it has pooled',
  nginx: 'a rolling restart behind a reverse proxy',
  psql: 'what the first start of PostgreSQL sets up (docker/postgres-init.sh)',
  chromium: 'the pages in a browser',
  script: 'what somebody at a terminal sees of the command line',
  prometheus: 'configuration and alert rules by promtool, which comes with it',
  postfix: 'mail through a real MTA, which root alone can start',
};

/**
 * A file of this name runs once: it starts servers of its own choice, or none, or is about what is decided before the database
 * is asked. A second time would be the same.
 */
const runsOnce = '\\.once\\.test\\.ts$';

try {
  await bring((step) => console.log(`  … ${step}`));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

const missing = Object.keys(servers).filter((name) => !canStart(name));
if (missing.length > 0 && process.env.HELPDESKLY_REQUIRE_SERVERS === '1') {
  console.error(`HELPDESKLY_REQUIRE_SERVERS=1, but these servers cannot be started here: ${missing.join(', ')}`);
  process.exit(1);
}

// Everything as it is without PgBouncer and Redis; then, when they are there, the tests over HTTP once more through them.
// Options alone, such as --shard=1/2, are for both; with the path of a file the second is asked for by HELPDESKLY_TEST_TOPOLOGY.
const args = process.argv.slice(2);
const runs = [{ name: 'tests', args, environment: {} }];
const isWhole = args.every((argument) => argument.startsWith('--'));
if (isWhole && !missing.includes('redis-server') && !missing.includes('pgbouncer')) {
  const overHttp = ['apps/app-api/test', 'apps/control-api/test', 'test'].map((folder) =>
    literally(join(root, folder, '/')),
  );
  runs.push({
    name: 'over HTTP, through PgBouncer and Redis',
    args: [...overHttp, ...args, '--testPathIgnorePatterns', '/node_modules/', runsOnce],
    environment: { HELPDESKLY_TEST_TOPOLOGY: 'pooled' },
  });
}

let jest;
let stopped = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    stopped = true;
    jest?.kill(signal);
  });
}

mkdirSync(join(root, '.cache'), { recursive: true });
const totals = { passed: 0, failed: 0, skipped: 0 };
/** What failed, to be read at the very end: what stands above it may be thousands of lines. */
const failures = [];
for (const each of runs) {
  if (stopped) break;
  const since = Date.now();
  const { passed, failed, skipped, messages } = await run(each);
  failures.push(...messages.map((message) => `${each.name}: ${message}`));
  totals.passed += passed;
  totals.failed += failed;
  totals.skipped += skipped;
  if (runs.length > 1)
    console.log(`${each.name}: ${passed} passed, ${failed} failed, ${Math.round((Date.now() - since) / 1000)} s`);
}
for (const name of missing) console.log(`Left out, because ${name} cannot be started here: ${servers[name]}.`);
if (totals.skipped > 0) console.log(`${totals.skipped} skipped`);
if (stopped) console.log('Stopped before the end.');
for (const message of failures) console.log(`\n${message}`);
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed === 0 && !stopped ? 0 : 1;

function literally(path) {
  return path.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

async function run({ args, environment }) {
  const report = join(root, '.cache', `tests-${process.pid}.json`);
  const jestFile = join(root, 'node_modules/jest/bin/jest.js');
  const options = ['--no-warnings', jestFile, '--json', `--outputFile=${report}`];
  jest = spawn(process.execPath, [...options, ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...environment },
  });
  const [code] = await once(jest, 'exit');
  const result = summary(report);
  return code !== 0 && result.failed === 0 ? { ...result, failed: 1 } : result;
}

/** A file that could not even be run counts as one failure, and so does Jest itself when it ends before it reports. */
function summary(report) {
  try {
    const results = JSON.parse(readFileSync(report, 'utf8'));
    return {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests,
      messages: results.testResults.filter(({ status }) => status === 'failed').map(failureOf),
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0, messages: [] };
  } finally {
    rmSync(report, { force: true });
  }
}

/** One file's failures: the names of its tests, each with the first lines of what was wrong. */
function failureOf({ name, message, assertionResults }) {
  const file = relative(root, name);
  const failed = assertionResults.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return `${file} could not run\n${firstLines(message)}`;
  return failed
    .map(({ fullName, failureMessages }) => `${file} › ${fullName}\n${firstLines(failureMessages.join('\n'))}`)
    .join('\n');
}

function firstLines(text) {
  return stripVTControlCharacters(text)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, 12)
    .map((line) => `    ${line}`)
    .join('\n');
}
