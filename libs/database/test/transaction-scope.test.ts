import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { isUniqueViolation, sqlState, TransactionScope, type TransactionalClient } from '@helpdeskly/database';

/** A client in the shape of Prisma's on a real pg pool: what TransactionScope asks of one, and no more. */
class PoolClient implements TransactionalClient<pg.PoolClient> {
  constructor(readonly pool: pg.Pool) {}

  async $transaction<T>(work: (tx: pg.PoolClient) => Promise<T>): Promise<T> {
    const connection = await this.pool.connect();
    try {
      await connection.query('begin');
      const result = await work(connection);
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
let pool: pg.Pool;
let client: PoolClient;
const scope = new TransactionScope<pg.PoolClient>();
const values = async () =>
  (await pool.query<{ value: number }>(`select value from ${table} order by value`)).rows.map((row) => row.value);
const insert = (tx: pg.PoolClient, value: number) => tx.query(`insert into ${table} values ($1)`, [value]);

beforeAll(async () => {
  pool = new pg.Pool({ connectionString: process.env.HELPDESKLY_TEST_ADMIN_URL });
  client = new PoolClient(pool);
  await pool.query(`create table ${table} (value integer primary key, touched integer not null default 0)`);
});
afterAll(async () => {
  await pool.query(`drop table ${table}`);
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
    await pool.query(`insert into ${table} values (21), (22)`);
    const touch = (tx: pg.PoolClient, value: number) =>
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
    const { rows } = await pool.query<{ touched: number }>(`select touched from ${table} where value in (21, 22)`);
    expect(rows.map((row) => row.touched)).toEqual([2, 2]);
  });
});

describe('an SQLSTATE', () => {
  it('is found on what pg throws and on what wraps it', async () => {
    await pool.query(`insert into ${table} values (30)`);
    const thrown: unknown = await pool.query(`insert into ${table} values (30)`).catch((error: unknown) => error);
    expect(sqlState(thrown)).toBe('23505');
    expect(sqlState(new Error('outer', { cause: thrown }))).toBe('23505');
    expect(isUniqueViolation(thrown, `${table}_pkey`)).toBe(true);
    expect(isUniqueViolation(thrown, 'another_constraint')).toBe(false);
  });

  it("is not confused with Prisma's codes", () => {
    expect(sqlState({ code: 'P2010', meta: { code: '22P02' } })).toBe('22P02');
    expect(sqlState({ code: 'P2025' })).toBeUndefined();
    expect(sqlState({ code: 'P0001' })).toBe('P0001');
  });
});
