import { setTimeout as sleep } from 'node:timers/promises';

const patienceMs = 150_000;
const shortestPauseMs = 10;
const longestPauseMs = 250;

/**
 * Resolves when `isSo` says yes; throws when that takes too long, with what `tell` knows of it. It asks again and again, less
 * often the longer it takes: what is waited for is often at work in this process, or next door.
 */
export async function until(isSo: () => boolean | Promise<boolean>, tell?: () => unknown): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (let pauseMs = shortestPauseMs; !(await isSo()); pauseMs = Math.min(pauseMs * 1.2, longestPauseMs)) {
    if (Date.now() > deadline) {
      const told = tell === undefined ? '' : `\n${JSON.stringify(await tell(), null, 1)}`;
      throw new Error(`it never became so: ${isSo.toString()}${told}`);
    }
    await sleep(pauseMs);
  }
}
