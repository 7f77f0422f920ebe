// npm run pack:ops [-- FOLDER]: the operators' command line as a package of its own, for machines without this repository: `pnpm dlx FILE`,
// or `npm publish FILE` to a registry of one's own. Prints where the file is.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bring, root } from './bring.mjs';

const home = join(root, 'apps/ops');
const ofOps = createRequire(join(home, 'package.json'));
const read = (file) => JSON.parse(readFileSync(file, 'utf8'));

await bring((step) => process.stderr.write(`  … ${step}\n`));
const destination = resolve(process.argv[2] ?? join(root, '.cache'));
const folder = mkdtempSync(join(tmpdir(), 'helpdeskly-ops-'));
try {
  // The same folders as here: the program finds the API's document by its place.
  const [program, document] = ['apps/ops/dist/main.js', 'docs/openapi/control-api.json'];
  for (const file of [program, document]) mkdirSync(dirname(join(folder, file)), { recursive: true });
  copyFileSync(join(root, document), join(folder, document));
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  await bundle(join(home, 'dist/main.js'), join(folder, dirname(program)));
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest(program), undefined, 2));
  mkdirSync(destination, { recursive: true });
  const npm = ['pack', '--silent', '--pack-destination', destination];
  const name = execFileSync('npm', npm, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
  console.log(join(destination, name));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** One file of what is ours; what comes from the registry is a dependency. */
async function bundle(entry, outDir) {
  const { build } = await import(pathToFileURL(ofOps.resolve('vite')).href);
  await build({
    configFile: false,
    root: home,
    logLevel: 'warn',
    ssr: { noExternal: [/^@helpdeskly\//] },
    build: {
      ssr: entry,
      outDir,
      emptyOutDir: false,
      target: 'node20',
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'main.js', banner: '#!/usr/bin/env node' } },
    },
  });
}

function manifest(program) {
  const { version, license, engines } = read(join(root, 'package.json'));
  const { dependencies } = read(join(home, 'package.json'));
  const foreign = Object.keys(dependencies).filter((name) => !name.startsWith('@helpdeskly/'));
  return {
    name: 'helpdeskly-ops',
    version,
    description: "Helpdeskly's control API on the command line",
    license,
    engines,
    type: 'module',
    bin: { 'helpdeskly-ops': program },
    files: ['apps', 'docs'],
    dependencies: Object.fromEntries(foreign.map((name) => [name, installed(name)])),
  };
}

/** The version that is installed, and tested, here. */
function installed(name) {
  for (const folder of ofOps.resolve.paths(name)) {
    try {
      return read(join(folder, name, 'package.json')).version;
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
  }
  throw new Error(`${name} is not installed.`);
}
