import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import {
  ConnectionPool,
  isUniqueViolation,
  sqlState,
  TransactionAborted,
  TransactionScope,
  type TransactionalClient,
} from '@helpdeskly/database';

/** A transaction with only the part of Prisma's that TransactionScope needs. */
class Tx {
  constructor(private readonly connection: pg.PoolClient) {}

  query(sql: string, values?: unknown[]): Promise<pg.QueryResult> {
    return this.connection.query(sql, values);
  }

  $executeRawUnsafe(sql: string): Promise<unknown> {
    return this.connection.query(sql);
  }
}

class PoolClient implements TransactionalClient<Tx> {
  constructor(readonly pool: ConnectionPool) {}

  async $transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const connection = await this.pool.connect();
    try {
      await connection.query('begin');
      const result = await work(new Tx(connection));
      await connection.query('commit');
      return result;
    } catch (error) {
      await connection.query('rollback');
      throw error;
    } finally {
      connection.release();
    }
  }
}

const table = `transaction_scope_${process.pid}`;
let pool: ConnectionPool;
let client: PoolClient;
const scope = new TransactionScope<Tx>();
const values = async () =>
  (await pool.query<{ value: number }>(`SELECT value FROM ${table} ORDER BY value`)).rows.map((row) => row.value);
const insert = (tx: Tx, value: number) => tx.query(`INSERT INTO ${table} VALUES ($1)`, [value]);
const caught = (work: Promise<unknown>) => work.catch((error: unknown) => error);

beforeAll(async () => {
  pool = new ConnectionPool({ connectionString: process.env.HELPDESKLY_TEST_ADMIN_URL });
  client = new PoolClient(pool);
  await pool.query(`CREATE TABLE ${table} (value integer PRIMARY KEY, touched integer NOT NULL DEFAULT 0)`);
});
afterAll(async () => {
  await pool.query(`DROP TABLE ${table}`);
  await pool.end();
});

describe('a transaction scope', () => {
  it('lets an inner transaction commit and roll back with the outer one', async () => {
    const failed = scope.run(client, async (outer) => {
      await insert(outer, 1);
      await scope.run(client, (inner) => insert(inner, 2));
      throw new Error('changed my mind');
    });
    await expect(failed).rejects.toThrow('changed my mind');
    expect(await values()).toEqual([]);
  });

  it('gives the open transaction as the current one only for the client that opened it', async () => {
    const other = new PoolClient(pool);
    await scope.run(client, (tx) => {
      expect(scope.current(client)).toBe(tx);
      expect(scope.current(other)).toBe(other);
      return Promise.resolve();
    });
    expect(scope.current(client)).toBe(client);
  });

  it('keeps its transaction within that of another scope', async () => {
    const other = new TransactionScope<Tx>();
    const seen: string[] = [];
    await scope.run(client, (outer) =>
      other.run(client, async (inner) => {
        expect(inner).not.toBe(outer);
        expect([scope.current(client), other.current(client)]).toEqual([outer, inner]);
        await scope.afterCommit(() => void seen.push('outer'));
        await other.afterCommit(() => void seen.push('inner'));
        expect(await scope.run(client, (joined) => Promise.resolve(joined === outer))).toBe(true);
      }),
    );
    expect(seen).toEqual(['inner', 'outer']);
  });

  it('runs effects after the commit, and drops them when the transaction rolls back', async () => {
    const seen: unknown[] = [];
    const effect = async () => void seen.push(await values());
    await scope.run(client, async (tx) => {
      await scope.afterCommit(effect);
      await insert(tx, 10);
    });
    expect(seen).toEqual([[10]]);
    const failed = scope.run(client, async () => {
      await scope.afterCommit(effect);
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(seen).toHaveLength(1);
  });

  it('does not run the work again when an effect after the commit fails', async () => {
    let runs = 0;
    const failed = scope.run(client, async () => {
      runs++;
      await scope.afterCommit(() => Promise.reject(Object.assign(new Error('deadlock elsewhere'), { code: '40P01' })));
    });
    await expect(failed).rejects.toThrow('deadlock elsewhere');
    expect(runs).toBe(1);
  });

  it("tries a deadlock's victim again until both have done their work", async () => {
    await pool.query(`INSERT INTO ${table} VALUES (21), (22)`);
    const touch = (tx: Tx, value: number) =>
      tx.query(`update ${table} set touched = touched + 1 where value = $1`, [value]);
    let together: () => void;
    const both = new Promise<void>((resolve) => (together = resolve));
    let first = 0;
    const crossing = (one: number, two: number) =>
      scope.run(client, async (tx) => {
        await touch(tx, one);
        if (++first === 2) together();
        await both;
        await touch(tx, two);
      });
    await Promise.all([crossing(21, 22), crossing(22, 21)]);
    const { rows } = await pool.query<{ touched: number }>(`SELECT touched FROM ${table} WHERE value IN (21, 22)`);
    expect(rows.map((row) => row.touched)).toEqual([2, 2]);
  });
});

describe('a transaction whose statement failed', () => {
  it('rejects at its commit when the error went no further, with that error as its cause', async () => {
    await pool.query(`INSERT INTO ${table} VALUES (40)`);
    const outcome = await caught(
      scope.run(client, async (tx) => {
        await insert(tx, 41);
        await caught(insert(tx, 40));
      }),
    );
    expect(outcome).toBeInstanceOf(TransactionAborted);
    expect(isUniqueViolation(outcome, `${table}_pkey`)).toBe(true);
    expect(await values()).not.toContain(41);
  });

  it('is rolled back when an inner piece of work threw, whoever caught that', async () => {
    const refused = new Error('refused after a write');
    const outcome = await caught(
      scope.run(client, async (outer) => {
        await insert(outer, 42);
        await caught(
          scope.run(client, async (inner) => {
            await insert(inner, 43);
            throw refused;
          }),
        );
        return 'as if nothing had happened';
      }),
    );
    expect(outcome).toBe(refused);
    expect(await values()).not.toEqual(expect.arrayContaining([42]));
  });

  it.each([
    ['of SQL', (tx: Tx) => insert(tx, 40)],
    ['of ours', () => Promise.reject(new Error('refused'))],
    ['caught further in', (tx: Tx) => scope.run(client, () => caught(insert(tx, 40)))],
    ['of an inner piece of work', (tx: Tx) => caught(scope.run(client, () => insert(tx, 40)))],
  ])('goes on after an attempt that ended with an error %s, which has left nothing behind', async (_, fail) => {
    await pool.query(`INSERT INTO ${table} VALUES (40) ON CONFLICT DO NOTHING`);
    const effects: string[] = [];
    await scope.run(client, async (tx) => {
      await insert(tx, 50);
      const failure = await caught(
        scope.attempt(client, async (attempted) => {
          await scope.afterCommit(() => void effects.push('attempted'));
          await insert(attempted, 51);
          await fail(attempted);
          await insert(attempted, 52);
        }),
      );
      expect(failure).toBeInstanceOf(Error);
      await scope.attempt(client, (again) => insert(again, 53));
      await scope.afterCommit(() => void effects.push('kept'));
    });
    expect((await values()).filter((value) => value >= 50)).toEqual([50, 53]);
    expect(effects).toEqual(['kept']);
    await pool.query(`DELETE FROM ${table} WHERE value >= 50`);
  });

  it('is a transaction of its own when an attempt is made outside of one', async () => {
    const outcome = await caught(
      scope.attempt(client, async (tx) => {
        await insert(tx, 60);
        throw new Error('no');
      }),
    );
    expect(outcome).toMatchObject({ message: 'no' });
    expect(await values()).not.toContain(60);
  });
});

describe('an SQLSTATE', () => {
  it('is found on what pg throws and on what wraps it', async () => {
    await pool.query(`INSERT INTO ${table} VALUES (30)`);
    const thrown: unknown = await pool.query(`INSERT INTO ${table} VALUES (30)`).catch((error: unknown) => error);
    expect(sqlState(thrown)).toBe('23505');
    expect(sqlState(new Error('outer', { cause: thrown }))).toBe('23505');
    expect(isUniqueViolation(thrown)).toBe(true);
    expect(isUniqueViolation(thrown, `${table}_pkey`)).toBe(true);
    for (const other of [table, 'pkey', `${table}_pkey2`, 'value', 'another_constraint', ''])
      expect(isUniqueViolation(thrown, other)).toBe(false);
  });

  it("is not confused with Prisma's codes", () => {
    expect(sqlState({ code: 'P2010', meta: { code: '22P02' } })).toBe('22P02');
    expect(sqlState({ code: 'P2025' })).toBeUndefined();
    expect(sqlState({ code: 'P0001' })).toBe('P0001');
  });
});
