// Brings what the repository needs to run, with nothing but Node and a package registry: pnpm by its exact version,
// dependencies, generated clients, compiled code. A stamp makes the second time quick, a lock keeps two at once apart.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, '.cache');
const lockFile = join(cache, 'bring.lock');
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Installs, generates and compiles what has changed since the last time. `say` is told of each step that takes a while. */
export async function bring(say = () => {}) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) throw new Error(`Helpdeskly needs Node 20.19 or newer; this is ${process.versions.node}`);
  mkdirSync(cache, { recursive: true });
  const unlock = await lock(say);
  try {
    await step('dependencies', digest(['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', 'patches']), [join(root, 'node_modules', '.modules.yaml')], async () => {
      say('installing dependencies (once; about a minute)');
      await run(...pnpm('install', '--frozen-lockfile', '--prefer-offline'));
    });
    await step('clients', digest(['prisma/control/schema.prisma', 'prisma/tenant/schema.prisma', 'scripts/generate.mjs', 'pnpm-lock.yaml']), generated(), async () => {
      say('generating the database clients');
      await run(process.execPath, ['scripts/generate.mjs']);
    });
    await step('code', digest(['apps', 'libs', 'bench', 'tsconfig.base.json', 'tsconfig.json', 'pnpm-lock.yaml']), built(), async () => {
      say('compiling');
      await run(process.execPath, ['node_modules/typescript/bin/tsc', '-b']);
    });
  } finally {
    unlock();
  }
}

/** The command that runs the pinned pnpm: through npx, which fetches it when it is not there. */
export function pnpm(...args) {
  return ['npx', ['--yes', packageManager, ...args]];
}

/** Runs a command at the root; its output shows only when it fails. */
export function run(command, args, { env = {}, show = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'], env: { ...process.env, npm_config_cache: npmCache(), npm_config_update_notifier: 'false', ...env } });
    const output = [];
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${[command, ...args].join(' ')} ended with ${signal ?? code}\n${Buffer.concat(output)}`));
    });
  });
}

const generated = () => ['libs/catalog/src/generated/client.ts', 'libs/tenant-db/src/generated/client.ts'].map((file) => join(root, file));
const built = () => ['apps/control-api/dist/main.js', 'apps/app-api/dist/main.js', 'apps/local/dist/main.js'].map((file) => join(root, file));

async function step(name, stamp, results, work) {
  const file = join(cache, `${name}.stamp`);
  if (existsSync(file) && readFileSync(file, 'utf8') === stamp && results.every((result) => existsSync(result))) return;
  rmSync(file, { force: true });
  await work();
  writeFileSync(file, stamp);
}

/** One digest of files and of the sources below folders. */
function digest(paths) {
  const hash = createHash('sha256').update(process.version);
  const visit = (path) => {
    if (!existsSync(path)) return;
    if (!statSync(path).isDirectory()) return void hash.update(path.slice(root.length)).update(readFileSync(path));
    for (const name of readdirSync(path).sort()) {
      if (name !== 'node_modules' && name !== 'dist' && name !== 'generated' && !name.endsWith('.tsbuildinfo')) visit(join(path, name));
    }
  };
  for (const path of paths) visit(join(root, path));
  return hash.digest('hex');
}

/** A lock that dies with its owner: a process that is gone holds nothing. */
async function lock(say) {
  for (let told = false; ; ) {
    try {
      const file = openSync(lockFile, 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      return () => rmSync(lockFile, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = Number(readIfThere(lockFile));
    if (owner > 0 && !isAlive(owner)) {
      rmSync(lockFile, { force: true });
      continue;
    }
    if (!told) say('waiting for another start that is installing or compiling here');
    told = true;
    await sleep(200);
  }
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // Its owner has just finished.
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** npm's cache where this user can write: a home may be missing or read-only. */
function npmCache() {
  if (process.env.npm_config_cache) return process.env.npm_config_cache;
  const home = process.env.HOME;
  try {
    if (home) {
      mkdirSync(join(home, '.npm'), { recursive: true });
      writeFileSync(join(home, '.npm', '.helpdeskly-probe'), '');
      rmSync(join(home, '.npm', '.helpdeskly-probe'));
      return join(home, '.npm');
    }
  } catch {
    // Not writable: a folder of our own serves.
  }
  return join(tmpdir(), `helpdeskly-npm-${process.getuid?.() ?? 'user'}`);
}
