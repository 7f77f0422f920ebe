import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** Called every second with the message of a server that accepts no connections yet, and the seconds since its first such message. */
export type Waiting = (said: string, seconds: number) => void;

export interface Patience {
  readonly onWait?: Waiting | undefined;
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
}

/** SQLSTATE cannot_connect_now: it is starting up, recovers after a crash, or shuts down. */
const notYet = '57P03';
const askMs = 1000;

/** The pause between two attempts: most starts take less than a second; a recovery may take minutes, and the server logs each attempt. */
const pauseMs = (waitedMs: number) => (waitedMs < 1000 ? 30 : 500);

type Answer = 'serves' | { readonly notYet: string } | 'silent';

/**
 * Whether the server of `url` accepts connections. Waits as long as the server says that it is starting, and `silenceMs`
 * without such a message. False if that time is over, if `isOver` says so, or if the signal comes.
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
  client.on('error', () => undefined); // The query throws the same error.
  try {
    await client.connect();
    await client.query('SELECT 1');
    return 'serves';
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    return code === notYet ? { notYet: message } : 'silent'; // It does not listen yet, or starts without an answer.
  } finally {
    await client.end().catch(() => undefined); // It may never have been open.
  }
}
