// A lock file that dies with its owner: a process that is gone holds nothing, nor does another one with its number.
import { execFileSync } from 'node:child_process';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './processes.mjs';

/** Takes the lock, waiting for its owner; `onWait` is called when that is needed. Returns what gives the lock back. */
export async function lock(file, onWait) {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, `${process.pid} ${birth(process.pid)}`);
  try {
    for (let told = false; ;) {
      try {
        linkSync(own, file); // Whole or not there: a lock is never seen without its owner.
        return () => rmSync(file, { force: true });
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      if (removeStale(file)) continue;
      if (!told) onWait();
      told = true;
      await sleep(200);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** Moves a dead owner's lock aside before deleting it: whoever took the lock meanwhile gets it back. */
function removeStale(file) {
  const owner = read(file);
  if (owner === undefined) return true;
  if (lives(owner)) return false;
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
    if (read(aside) !== owner) linkSync(aside, file);
  } catch {
    // Somebody else was first.
  }
  rmSync(aside, { force: true });
  return true;
}

function lives(owner) {
  const [pid, born] = owner.split(' ');
  return isAlive(Number(pid)) && birth(Number(pid)) === born;
}

/** When a process was born, in whatever form the system tells it. */
function birth(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[19];
  } catch {
    // No /proc here.
  }
  try {
    return execFileSync('ps', ['-p', String(pid), '-o', 'lstart='], { encoding: 'utf8' })
      .trim()
      .replaceAll(' ', '-');
  } catch {
    return 'unknown';
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // Its owner has just finished.
  }
}
