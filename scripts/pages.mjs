// Builds the pages of both APIs, or those of the app that is named: apps/console for app-api, apps/operator-console for control-api. Each
// gets a folder `dist`: the pages, and assets with hashed names beside a Brotli form of each. The assets of the build before stay, for
// tabs that are open all day; everything older goes.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { run } from './bring.mjs';
import { pageApps } from './page-apps.mjs';

/** The API's types, from its committed document. */
async function generateApiTypes(app, api) {
  const { default: openapi, astToString } = await import(
    pathToFileURL(join(app, 'node_modules/openapi-typescript/dist/index.mjs')).href
  );
  const document = new URL(`../docs/openapi/${api}.json`, import.meta.url);
  mkdirSync(join(app, 'src/generated'), { recursive: true });
  writeFileSync(join(app, `src/generated/${api}.d.ts`), astToString(await openapi(document)));
}

async function build(name) {
  const { api, pages } = pageApps[name];
  const app = fileURLToPath(new URL(`../apps/${name}/`, import.meta.url));
  const built = join(app, '.build');
  await generateApiTypes(app, api);
  rmSync(built, { recursive: true, force: true });
  await run(process.execPath, [join(app, 'node_modules/vite/bin/vite.js'), 'build', app, '--logLevel', 'warn']);
  publish(built, join(app, 'dist'), pages);
  rmSync(built, { recursive: true });
}

/** Assets first, then the pages that name them, each by a rename: a server that reads meanwhile finds the one or the other. */
function publish(built, served, pages) {
  mkdirSync(join(served, 'assets'), { recursive: true });
  const list = join(served, 'builds.json');
  const assets = readdirSync(join(built, 'assets'));
  const former = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
  for (const name of assets) {
    const target = join(served, 'assets', name);
    if (existsSync(target)) continue;
    const bytes = readFileSync(join(built, 'assets', name));
    if (['.js', '.css', '.svg'].includes(extname(name))) put(`${target}.br`, compressed(bytes));
    put(target, bytes);
  }
  for (const page of pages) {
    copyFileSync(join(built, page), join(served, `${page}.new`));
    renameSync(join(served, `${page}.new`), join(served, page));
  }
  const same = (each) => each.length === assets.length && each.every((name) => assets.includes(name));
  copyFileSync(join(built, '.vite/manifest.json'), join(served, 'manifest.json')); // For .size-limit.mjs; it is not served.
  const builds = [assets, ...former.filter((each) => !same(each))].slice(0, 2);
  writeFileSync(list, JSON.stringify(builds));
  const kept = new Set(builds.flat().flatMap((name) => [name, `${name}.br`]));
  for (const name of readdirSync(join(served, 'assets'))) if (!kept.has(name)) rmSync(join(served, 'assets', name));
}

/** Whole, or not there: a file that was cut short would keep its name. */
function put(path, bytes) {
  writeFileSync(`${path}.new`, bytes);
  renameSync(`${path}.new`, path);
}

function compressed(bytes) {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const named = process.argv.slice(2);
  for (const name of named.length > 0 ? named : Object.keys(pageApps)) await build(name);
}
