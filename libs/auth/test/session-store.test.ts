import { RefreshTokenReused, SessionStore, type OpenedSession, type SqlRunner } from '@helpdeskly/auth';
import { TokenInvalid } from '@helpdeskly/errors';
import { TenantDatabases, urlOf } from '@helpdeskly/testing/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';

const day = 24 * 3600;
const origin = { address: '192.0.2.7', userAgent: 'Browser/1.0', inCookie: true };

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
    opened = await transaction((sql) => store.open(sql, accountId, origin));
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
    const other = await transaction((sql) => store.open(sql, accountId, origin));
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

  describe('whose token several tabs share', () => {
    const shared = (refreshToken: string) => transaction((sql) => store.rotate(sql, refreshToken, true));
    const usedAgo = (seconds: number) =>
      pool.query(
        `UPDATE ${token} SET "usedAt" = now() - $1 * interval '1 second' WHERE "sessionId" = $2 AND "usedAt" IS NOT NULL`,
        [seconds, opened.sessionId],
      );

    it('give each of ten simultaneous exchanges a successor, and each of those works once', async () => {
      const successors = await Promise.all(Array.from({ length: 10 }, () => shared(opened.refreshToken)));
      const tokens = successors.map((each) =>
        typeof each === 'object' && 'refreshToken' in each ? each.refreshToken : '',
      );
      expect(new Set(tokens).size).toBe(10);
      await usedAgo(3600);
      for (const each of tokens) expect(await shared(each)).toMatchObject({ sessionId: opened.sessionId });
      await usedAgo(3600);
      expect(await shared(tokens[0] ?? '')).toMatchObject({ replayed: true, ended: true });
      expect(await isLive()).toBe(false);
    });

    it('end when it is shown again more than 10 seconds after its first use', async () => {
      await shared(opened.refreshToken);
      await usedAgo(9);
      expect(await shared(opened.refreshToken)).toMatchObject({ sessionId: opened.sessionId });
      await usedAgo(11);
      expect(await shared(opened.refreshToken)).toMatchObject({ replayed: true, ended: true });
    });

    it('end when the session keeps it elsewhere: in no cookie, where no tab shares it', async () => {
      const program = await transaction((sql) => store.open(sql, accountId, { ...origin, inCookie: false }));
      await shared(program.refreshToken);
      expect(await shared(program.refreshToken)).toMatchObject({ replayed: true, ended: true });
    });

    it('end at once when one that was used is shown by something that shares none', async () => {
      await shared(opened.refreshToken);
      expect(await rotate(opened.refreshToken)).toMatchObject({ replayed: true, ended: true });
      expect(await shared(opened.refreshToken)).toMatchObject({ replayed: true, ended: false });
    });
  });

  it('are listed newest first with where and by what they were opened, while they live, in parts', async () => {
    const second = await transaction((sql) =>
      store.open(sql, accountId, { address: '::1', userAgent: null, inCookie: false }),
    );
    const neighbour = await newAccount();
    await transaction((sql) => store.open(sql, neighbour, origin));
    const list = (limit: number, after?: string) => transaction((sql) => store.list(sql, accountId, limit, after));
    expect(await list(10)).toMatchObject([
      { id: second.sessionId, address: '::1', userAgent: null },
      { id: opened.sessionId, address: origin.address, userAgent: origin.userAgent },
    ]);
    expect((await list(1)).map(({ id }) => id)).toEqual([second.sessionId]);
    expect((await list(1, second.sessionId)).map(({ id }) => id)).toEqual([opened.sessionId]);
    expect(await transaction((sql) => store.count(sql, accountId))).toBe(2);
    await transaction((sql) => store.revoke(sql, second.sessionId));
    expect((await list(10)).map(({ id }) => id)).toEqual([opened.sessionId]);
  });

  it('are ended one by one by their account, and by no other', async () => {
    const end = (account: string) => transaction((sql) => store.end(sql, account, opened.sessionId));
    expect(await end(await newAccount())).toBe(false);
    expect(await isLive()).toBe(true);
    expect([await end(accountId), await end(accountId)]).toEqual([true, false]);
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
    const kept = await transaction((sql) => store.open(sql, accountId, origin));
    const neighbour = await newAccount();
    const foreign = await transaction((sql) => store.open(sql, neighbour, origin));
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
    const recent = await transaction((sql) => store.open(sql, accountId, origin));
    await transaction((sql) => store.revoke(sql, recent.sessionId));
    await age(`"lastUsedAt" = now() - interval '3 days'`);
    const latest = await transaction((sql) => store.open(sql, accountId, origin));
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
