import { RefreshTokenReused, SessionStore, type OpenedSession, type SqlRunner } from '@helpdeskly/auth';
import { TokenInvalid } from '@helpdeskly/errors';
import { TenantDatabases, urlOf } from '@helpdeskly/testing/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';

const day = 24 * 3600;

const schemas = [
  {
    schema: 'tenant',
    session: '"Session"',
    token: '"RefreshToken"',
    account: `INSERT INTO "User" ("email", "emailKey", "name", "role") VALUES ($1, $1, 'A user', 'AGENT') RETURNING "id"`,
  },
  {
    schema: 'control',
    session: '"OperatorSession"',
    token: '"OperatorRefreshToken"',
    account: `INSERT INTO "Operator" ("email", "emailKey", "name", "role", "passwordHash") VALUES ($1, $1, 'One', 'OWNER', '') RETURNING "id"`,
  },
] as const;

describe.each(schemas)('sessions of the $schema schema', ({ schema, session, token, account }) => {
  const databases = new TenantDatabases();
  const store = new SessionStore(schema);
  let pool: pg.Pool;
  let count = 0;
  let accountId: string;
  let opened: OpenedSession;

  beforeAll(async () => {
    pool = new pg.Pool({ connectionString: urlOf(await databases.create(schema)), max: 10 });
    pool.on('error', () => undefined); // The database is dropped while its last connections still end.
  });
  afterAll(async () => {
    await pool.end();
    await databases.remove();
  });
  beforeEach(async () => {
    accountId = await newAccount();
    opened = await transaction((sql) => store.open(sql, accountId));
  });

  async function newAccount(): Promise<string> {
    const { rows } = await pool.query<{ id: string }>(account, [`somebody-${++count}@example.test`]);
    return rows[0]?.id ?? '';
  }

  function transaction<T>(work: (sql: SqlRunner) => Promise<T>): Promise<T> {
    return inTransaction(pool, work);
  }

  const rotate = (refreshToken: string) => transaction((sql) => store.rotate(sql, refreshToken));

  async function rotated(refreshToken: string): Promise<OpenedSession> {
    const next = await rotate(refreshToken);
    if (SessionStore.isRefused(next)) throw new Error(JSON.stringify(next));
    return next;
  }

  async function isLive(id = opened.sessionId): Promise<boolean> {
    const { rowCount } = await pool.query(
      `SELECT FROM ${session} s WHERE s."id" = $1 AND ${SessionStore.liveCondition}`,
      [id],
    );
    return rowCount === 1;
  }

  const age = (change: string) => pool.query(`UPDATE ${session} SET ${change} WHERE "id" = $1`, [opened.sessionId]);

  it('begin live, for 30 days', async () => {
    expect(opened).toMatchObject({ accountId, refreshExpiresIn: 30 * day });
    expect(await isLive()).toBe(true);
  });

  it('keep no refresh token as it is', async () => {
    const { rows } = await pool.query(`SELECT t::text FROM ${token} t`);
    expect(JSON.stringify(rows)).not.toContain(opened.refreshToken.slice(4));
  });

  it('go on by each next refresh token', async () => {
    const second = await rotated(opened.refreshToken);
    const third = await rotated(second.refreshToken);
    expect(third).toMatchObject({ sessionId: opened.sessionId, accountId });
    expect(new Set([opened, second, third].map(({ refreshToken }) => refreshToken)).size).toBe(3);
  });

  it('tell how much of their 30 days is left', async () => {
    await age(`"expiresAt" = now() + interval '1 hour'`);
    const { refreshExpiresIn } = await rotated(opened.refreshToken);
    expect(refreshExpiresIn).toBeGreaterThan(3590);
    expect(refreshExpiresIn).toBeLessThanOrEqual(3600);
  });

  it('end when a refresh token is shown again', async () => {
    const second = await rotated(opened.refreshToken);
    const replay = { replayed: true, sessionId: opened.sessionId, accountId };
    expect(await rotate(opened.refreshToken)).toEqual({ ...replay, ended: true });
    expect(await rotate(opened.refreshToken)).toEqual({ ...replay, ended: false });
    expect(await isLive()).toBe(false);
    expect(await rotate(second.refreshToken)).toBe('invalid');
  });

  it('leave the other sessions of the account alone when one is replayed', async () => {
    const other = await transaction((sql) => store.open(sql, accountId));
    await rotated(opened.refreshToken);
    await rotate(opened.refreshToken);
    expect(await isLive(other.sessionId)).toBe(true);
    expect(await rotate(other.refreshToken)).toMatchObject({ sessionId: other.sessionId });
  });

  it('let one of ten simultaneous exchanges through, and end by the other nine', async () => {
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => rotate(opened.refreshToken)));
    const replays = outcomes.filter((outcome) => SessionStore.isRefused(outcome));
    expect(replays).toHaveLength(9);
    expect(replays.filter((replay) => typeof replay === 'object' && replay.ended)).toHaveLength(1);
    expect(await isLive()).toBe(false);
  });

  it('know no token that they never gave', async () => {
    for (const foreign of ['', 'hdr_', `${opened.refreshToken}x`, 'hdr_'.padEnd(47, 'A')]) {
      expect(await rotate(foreign)).toBe('invalid');
    }
    expect(await isLive()).toBe(true);
  });

  it.each([
    ['30 days', `"expiresAt" = now() - interval '1 second'`],
    ['24 hours without use', `"lastUsedAt" = now() - interval '24 hours 1 second'`],
  ])('end by %s', async (_, change) => {
    await age(change);
    expect(await isLive()).toBe(false);
    expect(await rotate(opened.refreshToken)).toBe('invalid');
    expect(await rotate(opened.refreshToken)).toBe('invalid');
  });

  it('are used when they are refreshed', async () => {
    await age(`"lastUsedAt" = now() - interval '23 hours'`);
    await rotated(opened.refreshToken);
    const { rows } = await pool.query(
      `SELECT now() - "lastUsedAt" < interval '1 hour' AS "recent" FROM ${session} WHERE "id" = $1`,
      [opened.sessionId],
    );
    expect(rows).toEqual([{ recent: true }]);
  });

  it('end by being revoked', async () => {
    await transaction((sql) => store.revoke(sql, opened.sessionId));
    expect(await isLive()).toBe(false);
    expect(await rotate(opened.refreshToken)).toBe('invalid');
  });

  it('end all at once but the one that is kept, of this account alone', async () => {
    const kept = await transaction((sql) => store.open(sql, accountId));
    const neighbour = await newAccount();
    const foreign = await transaction((sql) => store.open(sql, neighbour));
    await transaction((sql) => store.revokeAll(sql, accountId, kept.sessionId));
    expect(await Promise.all([isLive(), isLive(kept.sessionId), isLive(foreign.sessionId)])).toEqual([
      false,
      true,
      true,
    ]);
    await transaction((sql) => store.revokeAll(sql, accountId));
    expect(await isLive(kept.sessionId)).toBe(false);
  });

  it('are thrown away long after their end, when the account signs in again', async () => {
    const recent = await transaction((sql) => store.open(sql, accountId));
    await transaction((sql) => store.revoke(sql, recent.sessionId));
    await age(`"lastUsedAt" = now() - interval '3 days'`);
    const latest = await transaction((sql) => store.open(sql, accountId));
    const { rows } = await pool.query<{ id: string }>(
      `SELECT "id" FROM ${session} s WHERE s.${schema === 'tenant' ? '"userId"' : '"operatorId"'} = $1 ORDER BY "id"`,
      [accountId],
    );
    expect(rows.map(({ id }) => id)).toEqual([recent.sessionId, latest.sessionId]);
  });

  it('refuse by errors that say why', () => {
    const replay = { replayed: true, sessionId: '', accountId: '', ended: true } as const;
    expect(SessionStore.refused(replay)).toBeInstanceOf(RefreshTokenReused);
    expect(SessionStore.refused('invalid')).toBeInstanceOf(TokenInvalid);
  });
});

async function inTransaction<T>(pool: pg.Pool, work: (sql: SqlRunner) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work({
      $queryRawUnsafe: async <Rows>(sql: string, ...values: unknown[]) =>
        (await client.query(sql, values)).rows as Rows,
      $executeRawUnsafe: async (sql, ...values) => (await client.query(sql, values)).rowCount ?? 0,
    });
    await client.query('COMMIT');
    return result;
  } finally {
    client.release();
  }
}
