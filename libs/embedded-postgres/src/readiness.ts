import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** Told every second what a server says that takes no connections yet, and for how many seconds it has said such things. */
export type Waiting = (said: string, seconds: number) => void;

export interface Patience {
  readonly onWait?: Waiting | undefined;
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
}

/** SQLSTATE cannot_connect_now: it is starting up, recovers after a crash, or shuts down. */
const notYet = '57P03';
const askMs = 1000;

/** Between two questions: most starts take no second; a recovery may take minutes, and the server logs each question. */
const pauseMs = (waitedMs: number) => (waitedMs < 1000 ? 30 : 500);

type Answer = 'serves' | { readonly notYet: string } | 'silent';

/**
 * Whether the server of `url` takes connections: waits for as long as it says that it is only starting, and for `silenceMs`
 * without such a word. False when that is up, `isOver` says so, or the signal comes.
 */
export async function becomesReady(
  url: string,
  { onWait, signal }: Patience,
  silenceMs: number,
  isOver: () => boolean = () => false,
): Promise<boolean> {
  const since = Date.now();
  let heardAt = since;
  let told = 0;
  while (!isOver() && signal?.aborted !== true) {
    const answer = await ask(url);
    if (answer === 'serves') return true;
    if (answer !== 'silent') heardAt = Date.now();
    else if (Date.now() - heardAt >= silenceMs) return false;
    const waitedMs = Date.now() - since;
    const seconds = Math.floor(waitedMs / 1000);
    if (answer !== 'silent' && seconds > told) onWait?.(answer.notYet, (told = seconds));
    await sleep(pauseMs(waitedMs));
  }
  return false;
}

async function ask(connectionString: string): Promise<Answer> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: askMs, query_timeout: askMs });
  client.on('error', () => undefined); // It shows in the query.
  try {
    await client.connect();
    await client.query('SELECT 1');
    return 'serves';
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    return code === notYet ? { notYet: message } : 'silent'; // Not even listening yet, or silent in its own start.
  } finally {
    await client.end().catch(() => undefined); // It may never have stood.
  }
}
