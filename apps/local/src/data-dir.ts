import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartFailed } from './stop.js';

/** Made once for a data directory and kept there. */
export interface Secrets {
  readonly postgresPassword: string;
  readonly controlPassword: string;
  readonly catalogPassword: string;
  readonly encryptionKeys: string;
  readonly operatorPassword: string;
  readonly demoPassword: string;
}

export interface DataDir {
  readonly folder: string;
  readonly secrets: Secrets;
  close(): Promise<void>;
}

/** Opens the data directory for this start alone. Throws StartFailed when another start has it. */
export async function openDataDir(folder: string): Promise<DataDir> {
  await mkdir(join(folder, 'logs'), { recursive: true });
  const lock = join(folder, 'start.pid');
  await take(lock, folder);
  await rm(join(folder, 'runtime.json'), { force: true }); // The one of the last start is not true any more.
  return { folder, secrets: await loadSecrets(join(folder, 'secrets.json')), close: () => rm(lock, { force: true }) };
}

async function take(lock: string, folder: string): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const file = await open(lock, 'wx', 0o600);
      await file.writeFile(String(process.pid));
      await file.close();
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = Number(await readFile(lock, 'utf8').catch(() => ''));
    if (owner > 0 && owner !== process.pid && isAlive(owner)) {
      throw new StartFailed(`Helpdeskly already runs on ${folder} (process ${owner}). Set HELPDESKLY_DATA_DIR and the ports to start another one beside it.`);
    }
    await rm(lock, { force: true }); // Its owner was killed.
  }
  throw new StartFailed(`${lock} could not be taken: two starts at once?`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function loadSecrets(file: string): Promise<Secrets> {
  const known = await readFile(file, 'utf8').catch(() => undefined); // Not there yet: made below.
  if (known !== undefined) return JSON.parse(known) as Secrets;
  const password = () => randomBytes(18).toString('base64url');
  const secrets: Secrets = {
    postgresPassword: password(),
    controlPassword: password(),
    catalogPassword: password(),
    encryptionKeys: `local:${randomBytes(32).toString('base64')}`,
    operatorPassword: password(),
    demoPassword: password(),
  };
  await writeFile(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  return secrets;
}
