// Where the servers of tests keep their data: in memory where there is plenty of it. Databases are made and dropped by the hundred.
import { chmod, mkdtemp, readdir, readFile, rm, statfs } from 'node:fs/promises';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../../scripts/processes.mjs';

const memory = '/dev/shm';
const gibibyte = 2 ** 30;
/** A whole run uses some 3 GiB, and a developer's machine has other things to do. */
const plenty = { onDevice: 8 * gibibyte, inMemory: 10 * gibibyte };

/** A new folder that the server's own user can enter. Whoever asked for it removes it. */
export async function serverFolder(kind) {
  const base = (await hasPlenty()) ? memory : tmpdir();
  if (base === memory) await sweep();
  const folder = await mkdtemp(join(base, `helpdeskly-${kind}-${process.pid}-`));
  await chmod(folder, 0o711); // Started by root, the server runs as somebody else, who has to get to its own folder in here.
  return folder;
}

async function hasPlenty() {
  if (freemem() < plenty.inMemory) return false;
  try {
    const { bavail, bsize } = await statfs(memory);
    return bavail * bsize > plenty.onDevice;
  } catch {
    return false; // Not on Linux.
  }
}

/** Removes what runs that were killed have left: nobody would free that memory before the machine is started anew. */
async function sweep() {
  for (const name of await readdir(memory)) {
    const owner = /^helpdeskly-[a-z]+-(\d+)-/.exec(name)?.[1];
    if (owner === undefined || isAlive(Number(owner))) continue;
    const folder = join(memory, name);
    await endServer(folder);
    await rm(folder, { recursive: true, force: true }).catch(() => undefined); // Somebody else's, or another run does it now.
  }
}

async function endServer(folder) {
  const file = await readFile(join(folder, 'postgres/data/postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(file.split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1) return;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (command.includes(folder)) process.kill(pid, 'SIGQUIT');
}
