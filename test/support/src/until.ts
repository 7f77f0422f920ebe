import { setTimeout as sleep } from 'node:timers/promises';

const patienceMs = 150_000;

/** Resolves when `isSo` says yes; asks again and again, and throws when that takes too long, with what `tell` knows of it. */
export async function until(isSo: () => boolean | Promise<boolean>, tell?: () => unknown): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) {
      const told = tell === undefined ? '' : `\n${JSON.stringify(await tell(), null, 1)}`;
      throw new Error(`it never became so: ${isSo.toString()}${told}`);
    }
    await sleep(25);
  }
}
