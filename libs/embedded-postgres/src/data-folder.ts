import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { nativeFolder } from './binaries.js';
import { stopOrphan } from './orphan.js';
import { isReachable, type ServerUser, serverUser } from './server-user.js';

const outOfReach = '/var/lib/helpdeskly';
const run = promisify(execFile);

interface Place {
  readonly folder: string;
  readonly native: string;
}

/** Where the server of a data folder keeps its data, with the binaries that it runs. */
export async function place(dataDir: string, user: ServerUser | undefined): Promise<Place> {
  const native = await nativeFolder();
  if (user === undefined) {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    return { folder: dataDir, native };
  }
  const folder = (await isReachable(dirname(dataDir), user)) ? dataDir : await elsewhere(dataDir);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  await chown(folder, user.uid, user.gid);
  await chmod(folder, 0o700);
  return {
    folder,
    native: (await isReachable(join(native, 'bin', 'postgres'), user)) ? native : await copyOut(native),
  };
}

/** A replacement for a data folder that the server cannot reach. If somebody deleted the data folder with its keys, the replacement is new too. */
async function elsewhere(dataDir: string): Promise<string> {
  const folder = replacementOf(dataDir);
  const note = join(dataDir, 'LOCATION');
  if (!existsSync(note)) {
    await stopOrphan(join(folder, 'data'));
    await rm(folder, { recursive: true, force: true });
    await mkdir(dataDir, { recursive: true });
    await writeFile(note, `${folder}\n`);
  }
  return folder;
}

const replacementOf = (dataDir: string) =>
  join(outOfReach, createHash('sha256').update(dataDir).digest('hex').slice(0, 16));

/** Removes the data folder of a server with all data, wherever that is. It first stops a server that still runs on it. */
export async function removeEmbeddedPostgres(dataDir: string): Promise<void> {
  const asRoot = (await serverUser()) !== undefined;
  for (const folder of asRoot ? [dataDir, replacementOf(dataDir)] : [dataDir]) {
    await stopOrphan(join(folder, 'data'));
    await rm(folder, { recursive: true, force: true });
  }
}

/** Copies the binaries to a place where an unprivileged user can run them. The copy is complete or absent: it gets its name last. */
async function copyOut(native: string): Promise<string> {
  const name = createHash('sha256').update(native).digest('hex').slice(0, 16);
  const copy = join(outOfReach, `native-${name}`);
  if (existsSync(copy)) return copy;
  const partial = `${copy}.${process.pid}`;
  await mkdir(outOfReach, { recursive: true, mode: 0o755 });
  await cp(native, partial, { recursive: true, verbatimSymlinks: true });
  await run('chmod', ['-R', 'a+rX', partial]);
  await rename(partial, copy).catch(() => rm(partial, { recursive: true, force: true })); // Another start was first.
  return copy;
}
