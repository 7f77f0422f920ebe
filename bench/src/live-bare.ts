import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Way } from './audience.js';
import { call } from './clients.js';
import { keptMemory, spawnMeasured } from './measured-process.js';
import type { System } from './system.js';

/** Two bare processes on a database of their own, on the same server: one takes comments, the other one has the streams. */
export async function startBareWay(system: System): Promise<{ way: Way; stop: () => void }> {
  const url = await createDatabase(system);
  const [writer, streamer] = [startProcess(url), startProcess(url)];
  const stop = () => [writer, streamer].forEach(({ child }) => child.kill());
  try {
    const [taking, streaming] = await Promise.all([writer.origin, streamer.origin]);
    const way: Way = {
      write: (helpdesk) => call(`${taking}/${helpdesk}`, { method: 'POST', body: { body: 'Hello.' } }),
      stream: (helpdesk) => ({ url: `${streaming}/${helpdesk}`, headers: {} }),
      memory: () => keptMemory(streamer.child),
    };
    return { way, stop };
  } catch (error) {
    stop();
    throw error;
  }
}

async function createDatabase({ postgres: { adminUrl } }: System): Promise<string> {
  const url = new URL(adminUrl);
  url.pathname = '/bench_live';
  await query(adminUrl, 'CREATE DATABASE bench_live');
  await query(
    url.href,
    'CREATE TABLE bench_live ("id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, "helpdesk" text NOT NULL, "body" text NOT NULL)',
  );
  return url.href;
}

async function query(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function startProcess(url: string) {
  const file = fileURLToPath(new URL('live-baseline.js', import.meta.url));
  const child = spawnMeasured([file, url], 'pipe');
  if (child.stdout === null) throw new Error('a bare process has no output');
  const told = once(child.stdout, 'data').then(([line]) => String(line).trim());
  const ended = once(child, 'exit').then(([code]): never => {
    throw new Error(`a bare process ended with ${code}`);
  });
  ended.catch(() => undefined); // Of interest until it has told its origin.
  return { child, origin: Promise.race([told, ended]) };
}
