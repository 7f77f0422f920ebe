// Brings what the repository needs to run, with nothing but Node and a package registry: pnpm by its exact version,
// dependencies, generated clients, compiled code, built pages. Stamps make the second time quick, a lock keeps two at once apart.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lock } from './lock.mjs';
import { pageApps } from './page-apps.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, '.cache');
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
let running;

/** Installs, generates and compiles what has changed since the last time. `say` is told of each step that takes a while. */
export async function bring(say = () => {}) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Helpdeskly needs Node 20.19 or newer; this is ${process.versions.node}`);
  }
  mkdirSync(cache, { recursive: true });
  const unlock = await lock(join(cache, 'bring.lock'), () =>
    say('waiting for another start that is installing or compiling here'),
  );
  const interrupt = (signal) => {
    running?.kill(signal);
    unlock();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    const manifests = ['package.json', ...packages().map((folder) => join(folder, 'package.json'))];
    await step(
      'dependencies',
      ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'patches', ...manifests],
      ['node_modules/.modules.yaml'],
      async () => {
        say('installing dependencies (once; about a minute)');
        await run(...pnpm('install', '--frozen-lockfile', '--prefer-offline'));
      },
    );
    const clients = ['libs/catalog/src/generated/client.ts', 'libs/tenant-db/src/generated/client.ts'];
    const schemas = ['prisma/control/schema.prisma', 'prisma/tenant/schema.prisma'];
    await step('clients', [...schemas, 'scripts/generate.mjs', 'pnpm-lock.yaml'], clients, async () => {
      say('generating the database clients');
      await run(process.execPath, ['scripts/generate.mjs']);
    });
    const projects = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')).references.map(({ path }) => path);
    const compiled = projects.map((folder) => join(folder, 'dist'));
    await step(
      'code',
      [...projects, 'tsconfig.base.json', 'tsconfig.json', 'pnpm-lock.yaml'],
      compiled,
      async (isWhole) => {
        say('compiling');
        // The compiler trusts its own notes and would not see that its output was deleted.
        await run(process.execPath, ['node_modules/typescript/bin/tsc', '-b', ...(isWhole ? [] : ['--force'])]);
      },
    );
    for (const [name, { api, pages }] of Object.entries(pageApps)) {
      const app = `apps/${name}`;
      await step(
        name,
        [app, 'libs/ui', `docs/openapi/${api}.json`, 'scripts/pages.mjs', 'pnpm-lock.yaml'],
        [...pages.map((page) => `${app}/dist/${page}`), `${app}/src/generated/${api}.d.ts`],
        async () => {
          say(`building the pages of ${api}`);
          await run(process.execPath, ['scripts/pages.mjs', name]);
        },
      );
    }
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    unlock();
  }
}

/** Runs a command at the root; its output shows only when it fails, or while it runs with `show`. */
export function run(command, args, { show = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...writableHome(), npm_config_update_notifier: 'false', CI: 'true' }, // CI: nothing asks questions.
    });
    running = child;
    const output = [];
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${[command, ...args].join(' ')} ended with ${signal ?? code}\n${Buffer.concat(output)}`));
    });
  });
}

/** The command that runs the pinned pnpm: through npx, which fetches it when it is not there. */
export function pnpm(...args) {
  const npx = join(dirname(process.env.npm_execpath ?? ''), 'npx-cli.js'); // The npm that runs us need not be in PATH.
  return existsSync(npx)
    ? [process.execPath, [npx, '--yes', packageManager, ...args]]
    : ['npx', ['--yes', packageManager, ...args]];
}

function packages() {
  const folders = ['apps', 'libs'].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => join(parent, name)),
  );
  return ['bench', ...folders].filter((folder) => existsSync(join(root, folder, 'package.json')));
}

/** Does `work` unless its inputs are as they were the last time and its results are there. */
async function step(name, inputs, results, work) {
  const file = join(cache, `${name}.stamp`);
  const stamp = digest(inputs);
  const isWhole = results.every((result) => existsSync(join(root, result)));
  if (isWhole && existsSync(file) && readFileSync(file, 'utf8') === stamp) return;
  rmSync(file, { force: true });
  await work(isWhole);
  writeFileSync(file, stamp);
}

/** One digest of files and of the sources below folders. */
function digest(paths) {
  const hash = createHash('sha256').update(process.version);
  const visit = (path) => {
    if (!existsSync(join(root, path))) return;
    if (!statSync(join(root, path)).isDirectory()) return void hash.update(path).update(readFileSync(join(root, path)));
    for (const name of readdirSync(join(root, path)).sort()) {
      if (!['node_modules', 'dist', '.build', 'generated', 'test'].includes(name) && !name.endsWith('.tsbuildinfo'))
        visit(join(path, name));
    }
  };
  for (const path of paths) visit(path);
  return hash.digest('hex');
}

/** Where npm and pnpm may keep what they fetch: as they choose, or beside the repository's own cache when the home is read-only or missing. */
function writableHome() {
  const npm = process.env.npm_config_cache ?? join(process.env.HOME ?? '/nonexistent', '.npm');
  if (isWritable(npm) && isWritable(process.env.HOME ?? '/nonexistent')) return {};
  const home = join(isWritable(cache) ? cache : tmpdir(), 'home');
  mkdirSync(home, { recursive: true });
  return {
    HOME: home,
    XDG_CACHE_HOME: undefined,
    XDG_DATA_HOME: undefined,
    XDG_STATE_HOME: undefined,
    npm_config_cache: join(home, '.npm'),
  };
}

function isWritable(folder) {
  if (!existsSync(folder)) return folder !== dirname(folder) && isWritable(dirname(folder));
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
