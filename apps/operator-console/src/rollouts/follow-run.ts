import type { MigrationRun } from '../api/client.js';
import { authorized } from '../session/session.js';
import { readEvents } from './event-stream.js';

/** The server gives a sign of life every 12 s; after two of them and a little more the connection is dead. */
const silenceMs = 28_000;
const longestPauseMs = 10_000;

/**
 * Tells how a run stands, each time that it changes, until it has ended or `signal` fires. A stream that breaks, or that the server
 * ends, is opened again.
 */
export async function followRun(id: string, tell: (run: MigrationRun) => void, signal: AbortSignal): Promise<void> {
  let pauseMs = 0;
  while (!signal.aborted) {
    const outcome = await readOnce(id, tell, signal, () => (pauseMs = 0));
    if (outcome === 'over' || signal.aborted) return;
    await pause(pauseMs * (0.7 + Math.random() * 0.3), signal);
    pauseMs = Math.min(longestPauseMs, Math.max(250, pauseMs * 2));
  }
}

async function readOnce(
  id: string,
  tell: (run: MigrationRun) => void,
  signal: AbortSignal,
  up: () => void,
): Promise<'over' | 'broken'> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), silenceMs);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), silenceMs);
  };
  let isOver = false;
  try {
    const response = await authorized(
      new Request(`/api/v1/migration-runs/${id}/events`, {
        headers: { accept: 'text/event-stream' },
        signal: AbortSignal.any([signal, silence.signal]),
      }),
    );
    if (response.status === 404 || response.status === 403) return 'over'; // The page's own query says so.
    if (!response.ok || response.body === null) return 'broken';
    up();
    await readEvents(
      response.body,
      ({ type, data }) => {
        if (type !== 'progress' && type !== 'ended') return;
        isOver = type === 'ended';
        tell(JSON.parse(data) as MigrationRun);
      },
      alive,
    );
  } catch {
    // The network is away, or nothing came for too long: opened again.
  } finally {
    clearTimeout(timer);
  }
  return isOver ? 'over' : 'broken';
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
