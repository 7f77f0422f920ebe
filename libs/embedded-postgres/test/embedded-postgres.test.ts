import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  removeEmbeddedPostgres,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from '@helpdeskly/embedded-postgres';
import pg from 'pg';
import { StartingServer } from '@helpdeskly/testing';

let folder: string;
let server: EmbeddedPostgres | undefined;
const start = (options: Partial<EmbeddedPostgresOptions> = {}) =>
  startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    password: 'test',
    settings: { fsync: 'off' },
    ...options,
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'helpdeskly-embedded-'));
  await chmod(folder, 0o711); // If root starts the server, it runs as another user.
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function query({ adminUrl }: EmbeddedPostgres, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(adminUrl);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the embedded PostgreSQL', () => {
  it('synchronizes whole file systems in place of every file when it recovers', async () => {
    server = await start();
    const [row] = await query(server, 'SHOW recovery_init_sync_method');
    expect(row).toEqual({ recovery_init_sync_method: process.platform === 'linux' ? 'syncfs' : 'fsync' });
  });

  it('comes back with all that was committed after a kill -9 in the middle of writing', async () => {
    if (server === undefined) throw new Error('it does not run');
    await query(server, 'CREATE TABLE kept AS SELECT generate_series(1, 50000) AS n');
    const gone = server.ended;
    process.kill(server.pid ?? 0, 'SIGKILL');
    await gone;
    server = await start();
    expect(await query(server, 'SELECT count(*)::int AS rows FROM kept')).toEqual([{ rows: 50_000 }]);
  });

  it('is waited for as long as it says that it is only starting, and that is told with seconds', async () => {
    await server?.stop();
    const held = await StartingServer.in(join(folder, 'postgres'));
    const told: [string, number][] = [];
    server = await start({
      onWait: (said, seconds) => {
        told.push([said, seconds]);
        if (told.length === 2) void held.promote();
      },
    });
    expect(told.length).toBeGreaterThanOrEqual(2);
    for (const [said] of told)
      expect(said).toMatch(/^the database system is (?:starting up|not accepting connections)/);
    const seconds = told.map(([, each]) => each);
    expect([...new Set(seconds)].sort((one, other) => one - other)).toEqual(seconds);
    expect(await query(server, 'SELECT count(*)::int AS rows FROM kept')).toEqual([{ rows: 50_000 }]);
  });

  it('is ended when whoever waits for it has been told to stop', async () => {
    await server?.stop();
    const held = await StartingServer.in(join(folder, 'postgres'));
    const stop = new AbortController();
    await expect(start({ onWait: () => stop.abort(new Error('told to stop')), signal: stop.signal })).rejects.toThrow(
      'told to stop',
    );
    expect(held.runs).toBe(false);
  });
});

describe('a data folder that is removed', () => {
  it.each([
    ['that the server reaches', 0o711],
    ['that the server reaches only if it runs as its owner', 0o700],
  ])('in a folder %s leaves nothing, neither data nor the server that a kill left', async (_, mode) => {
    const around = await mkdtemp(join(tmpdir(), 'helpdeskly-removed-'));
    try {
      await chmod(around, mode);
      const dataDir = join(around, 'postgres');
      const removed = await startEmbeddedPostgres({ dataDir, password: 'test', settings: { fsync: 'off' } });
      const [row] = await query(removed, `SELECT current_setting('data_directory') AS data`);
      const data = String(row?.['data']);
      expect(existsSync(data)).toBe(true);
      const ended = removed.ended;
      await removeEmbeddedPostgres(dataDir);
      await ended;
      expect([dataDir, data, dirname(data)].filter((folder) => existsSync(folder))).toEqual([]);
      await removeEmbeddedPostgres(dataDir);
    } finally {
      await rm(around, { recursive: true, force: true });
    }
  });
});
