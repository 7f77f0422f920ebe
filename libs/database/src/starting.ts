import { setTimeout as sleep } from 'node:timers/promises';
import { sqlState } from './sql-state.js';

const pauseMs = 500;
const tellEverySeconds = 5;

/**
 * Runs `work`, and repeats it for as long as PostgreSQL accepts no connections yet: it is starting up, recovers after a crash, or
 * shuts down (57P03 cannot_connect_now). Calls `tell` with a sentence at once, and then every five seconds.
 */
export async function onceItServes<T>(work: () => Promise<T>, tell: (sentence: string) => void): Promise<T> {
  const since = Date.now();
  for (let next = 0; ; await sleep(pauseMs)) {
    try {
      return await work();
    } catch (error) {
      if (sqlState(error) !== '57P03') throw error;
      const seconds = Math.round((Date.now() - since) / 1000);
      if (seconds < next) continue;
      next = seconds + tellEverySeconds;
      tell(`PostgreSQL takes no connections yet, and is waited for: it is starting or recovering (${seconds} s).`);
    }
  }
}
