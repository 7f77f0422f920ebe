import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Waiting } from './readiness.js';

const orphanMs = 120_000;
const run = promisify(execFile);

/** Stops the server of this folder that a killed process left behind. */
export async function stopOrphan(data: string, onWait?: Waiting): Promise<void> {
  const file = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(file.split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1) return;
  // PostgreSQL refuses to start while the pid in this file is alive, and in a container another process soon has that pid.
  if (!(await isPostgresOf(pid, data))) return rm(join(data, 'postmaster.pid'), { force: true });
  process.kill(pid, 'SIGINT');
  // It writes its memory to disk: if we cut that short, it would have to recover.
  for (let waited = 0; waited < orphanMs; await sleep(50), waited += 50) {
    if (!(await isPostgresOf(pid, data))) return;
    if (waited > 0 && waited % 1000 === 0) onWait?.('the server of an earlier start ends', waited / 1000);
  }
  process.kill(pid, 'SIGQUIT');
  await sleep(1000);
}

/** The pid of an old file may belong to another process now. */
async function isPostgresOf(pid: number, data: string): Promise<boolean> {
  try {
    const { stdout } = await run('ps', ['-p', String(pid), '-o', 'args=']);
    return basename(stdout.split(' ')[0] ?? '').startsWith('postgres') && stdout.includes(data);
  } catch {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''); // No `ps`, or no such process.
    return command.includes('postgres') && command.includes(data);
  }
}
