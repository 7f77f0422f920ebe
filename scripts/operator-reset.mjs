// npm run operator:reset: replaces a lost OWNER of the installation that the environment names, or that npm start runs here.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bring, root } from './bring.mjs';

const folder = resolve(process.env.HELPDESKLY_DATA_DIR?.trim() || '.helpdeskly');
const files = { runtime: join(folder, 'runtime.json'), secrets: join(folder, 'secrets.json') };

function fail(message) {
  console.error(message);
  process.exit(1);
}

function readLocal() {
  try {
    return {
      runtime: JSON.parse(readFileSync(files.runtime, 'utf8')),
      secrets: JSON.parse(readFileSync(files.secrets, 'utf8')),
    };
  } catch {
    return fail(
      `CONTROL_DATABASE_URL is not set, and npm start does not run on ${folder}: set the one, or start the other first.`,
    );
  }
}

/** Complete or not there, and for its owner's eyes alone. */
function writeWhole(file, content) {
  writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

try {
  await bring((step) => console.log(`  … ${step}`));
} catch (error) {
  fail(error.message);
}
const given = process.argv.slice(2);
const local = process.env.CONTROL_DATABASE_URL?.trim() ? undefined : readLocal();
// What npm start shows is to stay true: its own operator's password is made here, and kept where npm start looks for it.
const own = local !== undefined && given.length === 0;
const password = randomBytes(18).toString('base64url');
const parameters = own ? ['--email', local.runtime.operator.email, '--password-stdin'] : given;
const env =
  local === undefined ? process.env : { ...process.env, CONTROL_DATABASE_URL: local.runtime.postgres.controlUrl };
const child = spawn(process.execPath, [join(root, 'apps/control-api/dist/operator-reset.js'), ...parameters], {
  env,
  stdio: [own ? 'pipe' : 'inherit', 'inherit', 'inherit'],
});
child.stdin?.end(password);
const [code] = await once(child, 'exit');
if (code === 0 && own) {
  const { runtime, secrets } = local;
  writeWhole(files.secrets, { ...secrets, operatorPassword: password });
  writeWhole(files.runtime, { ...runtime, operator: { ...runtime.operator, password } });
  console.log(`Password: ${password}`);
}
process.exit(code ?? 1);
