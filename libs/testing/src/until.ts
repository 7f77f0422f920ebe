import { setTimeout as sleep } from 'node:timers/promises';

const patienceMs = 150_000;

/** Resolves when `isSo` says yes; asks again and again, and throws when that takes too long. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`it never became so: ${isSo.toString()}`);
    await sleep(25);
  }
}
