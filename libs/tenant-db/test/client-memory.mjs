// node libs/tenant-db/test/client-memory.mjs: how much memory and time a tenant's client takes, with
// patches/@prisma__client@….patch and without. If both are alike, the patch no longer works. Needs `pnpm build`.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

const clients = 200;

if (process.argv[2] === 'measure') {
  if (process.argv[3] === 'without') withoutPatch();
  await measure();
} else {
  const [patched, plain] = ['with', 'without'].map((patch) => {
    const script = fileURLToPath(import.meta.url);
    const child = spawnSync(process.execPath, ['--expose-gc', script, 'measure', patch], { encoding: 'utf8' });
    if (child.status !== 0) throw new Error(child.stderr);
    return JSON.parse(child.stdout);
  });
  const show = ({ megabytes, milliseconds }) => `${megabytes.toFixed(3)} MB, ${milliseconds.toFixed(2)} ms`;
  console.log(`a tenant's client, of ${clients}:  with the patch ${show(patched)}   without ${show(plain)}`);
}

async function measure() {
  const { PrismaClient } = await import('@helpdeskly/tenant-db');
  const { PrismaPg } = await import('@prisma/adapter-pg');
  const make = async () => {
    const client = new PrismaClient({ adapter: new PrismaPg({ host: 'nowhere.invalid' }) });
    await client.$connect(); // Loads Prisma's engine; pg connects with the first query.
    return client;
  };
  const kept = [await make()];
  globalThis.gc();
  const before = memory();
  const since = performance.now();
  for (let i = 0; i < clients; i++) kept.push(await make());
  const milliseconds = (performance.now() - since) / clients;
  globalThis.gc();
  const megabytes = (memory() - before) / clients / 2 ** 20;
  console.log(JSON.stringify({ megabytes, milliseconds, kept: kept.length }));
}

/** With what the heap refers to outside of it: the memory of WebAssembly is there. */
function memory() {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Removes the patch's line from Prisma's runtime while it is loaded. */
function withoutPatch() {
  const load = Module._extensions['.js'];
  Module._extensions['.js'] = (module, file) => {
    if (!file.endsWith('/@prisma/client/runtime/client.js')) return load(module, file);
    const text = readFileSync(file, 'utf8');
    const plain = text.replace(/^\{const decoded=new WeakMap.*$/m, '');
    if (plain === text) throw new Error('the patch is not there');
    return module._compile(plain, file);
  };
}
