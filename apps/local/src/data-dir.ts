import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bornAt } from './process-birth.js';
import { StartFailed } from './stop.js';

/** Made once for a data directory and kept there. */
export interface Secrets {
  /** The superuser's, whom nobody signs in as but the start itself. */
  readonly postgresPassword: string;
  readonly tenantAdminPassword: string;
  readonly controlPassword: string;
  readonly catalogPassword: string;
  readonly queuePassword: string;
  readonly encryptionKeys: string;
  readonly operatorPassword: string;
  readonly demoPassword: string;
}

export interface DataDir {
  readonly folder: string;
  readonly secrets: Secrets;
  close(): Promise<void>;
}

const logBytesMax = 20_000_000;
/** Milliseconds in which a start that is about to end may do so. */
const leavingMs = 3000;

/** Opens the data directory for this start alone. Throws StartFailed when another start has it. */
export async function openDataDir(folder: string): Promise<DataDir> {
  // Started by root, PostgreSQL runs as another user, who has to get to its own folder in here.
  await mkdir(folder, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const lock = join(folder, 'start.pid');
  await take(lock, folder);
  const runtime = join(folder, 'runtime.json');
  await rm(runtime, { force: true }); // After a kill: it speaks of a start that is over.
  await mkdir(join(folder, 'logs'), { recursive: true, mode: 0o700 });
  for (const name of ['control-api', 'app-api']) await turnOver(join(folder, 'logs', `${name}.log`));
  return {
    folder,
    secrets: await loadSecrets(join(folder, 'secrets.json')),
    close: async () => {
      await rm(runtime, { force: true });
      await rm(lock, { force: true });
    },
  };
}

/** The lock names its owner, and appears whole: a start that was killed leaves one that nobody answers to. */
async function take(lock: string, folder: string): Promise<void> {
  const own = `${lock}.${process.pid}`;
  await writeFile(own, `${process.pid} ${(await bornAt(process.pid)) ?? ''}`, { mode: 0o600 });
  try {
    for (const deadline = Date.now() + leavingMs; ; await sleep(50)) {
      try {
        return await link(own, lock);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const [pid, born] = (await readFile(lock, 'utf8').catch(() => '')).split(' ');
      if (born === undefined || (await bornAt(Number(pid))) !== born) await rm(lock, { force: true });
      else if (Date.now() > deadline) {
        throw new StartFailed(
          `Helpdeskly already runs on ${folder} (process ${pid}). To start another one beside it, set HELPDESKLY_DATA_DIR and the ports.`,
        );
      }
    }
  } finally {
    await rm(own, { force: true });
  }
}

/** Begins a log anew when it has grown large, and keeps the one before. */
async function turnOver(log: string): Promise<void> {
  const size = (await stat(log).catch(() => undefined))?.size ?? 0;
  if (size > logBytesMax) await rename(log, `${log}.1`);
}

/** What the file lacks is made: all of it at the first start, and what a later release needs besides. */
async function loadSecrets(file: string): Promise<Secrets> {
  const text = await readFile(file, 'utf8').catch(() => '{}'); // Not there yet.
  const known = JSON.parse(text) as Partial<Secrets>;
  const password = () => randomBytes(18).toString('base64url');
  const secrets: Secrets = {
    postgresPassword: password(),
    tenantAdminPassword: password(),
    controlPassword: password(),
    catalogPassword: password(),
    queuePassword: password(),
    encryptionKeys: `local:${randomBytes(32).toString('base64')}`,
    operatorPassword: password(),
    demoPassword: password(),
    ...known,
  };
  if (Object.keys(secrets).some((name) => !(name in known))) await writeWhole(file, secrets);
  return secrets;
}

/** Complete or not there, and for its owner's eyes alone. */
export async function writeWhole(file: string, content: object): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
