// npm run ops -- <command>: the operators' command line (apps/ops), compiled when its sources have changed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bring, root } from './bring.mjs';

await bring((step) => process.stderr.write(`  … ${step}\n`));
const [group, action] = process.argv.slice(2);
// It works on the control database itself: when that is lost there is no control API.
if (group === 'control' && ['backup', 'restore', '--help'].includes(action))
  process.exit(await archiveControlDatabase());
await import(pathToFileURL(join(root, 'apps/ops/dist/main.js')).href);

async function archiveControlDatabase() {
  const program = join(root, 'apps/control-api/dist/control-archive.js');
  const env = { ...(process.env.CONTROL_DATABASE_URL?.trim() ? {} : local()), ...process.env };
  const child = spawn(process.execPath, [program, ...process.argv.slice(3)], { env, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return code ?? 1;
}

/** What npm start runs here is named by its data directory. */
function local() {
  const folder = resolve(process.env.HELPDESKLY_DATA_DIR?.trim() || '.helpdeskly');
  const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  try {
    const inBucket = Boolean(process.env.BACKUPS_S3_BUCKET?.trim());
    const { controlUrl, adminUrl } = read('runtime.json').postgres;
    return {
      CONTROL_DATABASE_URL: controlUrl,
      CONTROL_DATABASE_ADMIN_URL: Object.assign(new URL(adminUrl), { pathname: new URL(controlUrl).pathname }).href,
      ENCRYPTION_KEYS: read('secrets.json').encryptionKeys,
      ...(inBucket ? {} : { BACKUPS_DIR: join(folder, 'backups') }),
    };
  } catch {
    return {}; // The program says which variables are missing.
  }
}
