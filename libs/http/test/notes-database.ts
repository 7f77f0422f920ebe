import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { TransactionScope } from '@helpdeskly/database';
import type { RawSql, UnitOfWork } from '@helpdeskly/http';
import pg from 'pg';

/** The part of a Prisma client that the edge needs, directly on pg. */
class Connection implements RawSql {
  constructor(private readonly client: pg.Pool | pg.PoolClient) {}

  async $queryRawUnsafe<T>(sql: string, ...values: unknown[]): Promise<T> {
    return (await this.client.query(sql, values)).rows as T;
  }

  async $executeRawUnsafe(sql: string, ...values: unknown[]): Promise<number> {
    return (await this.client.query(sql, values)).rowCount ?? 0;
  }
}

class Client extends Connection {
  constructor(private readonly pool: pg.Pool) {
    super(pool);
  }

  async $transaction<T>(work: (tx: Connection) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      const result = await work(new Connection(client));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    } finally {
      client.release();
    }
  }
}

/** A test file's own database, with the table of idempotency keys that both schemas have. */
export class NotesDatabase implements UnitOfWork {
  private readonly scope = new TransactionScope<Connection>();
  private readonly client: Client;

  private constructor(
    private readonly name: string,
    private readonly pool: pg.Pool,
  ) {
    this.client = new Client(pool);
  }

  static async create(): Promise<NotesDatabase> {
    const name = `http_test_${randomBytes(6).toString('hex')}`;
    await asAdmin(`CREATE DATABASE ${name}`);
    const url = new URL(adminUrl());
    url.pathname = `/${name}`;
    const pool = new pg.Pool({ connectionString: url.href, max: 20 });
    pool.on('error', () => undefined); // DROP DATABASE may end connections that are closing.
    const init = await readFile(
      new URL('../../../prisma/tenant/migrations/20261120000000_init/migration.sql', import.meta.url),
      'utf8',
    );
    const [table] = /CREATE TABLE "IdempotencyKey" \([^;]*;/.exec(init) ?? [];
    if (table === undefined) throw new Error('the migrations have no table of idempotency keys');
    await pool.query(table);
    await pool.query('CREATE TABLE "Note" ("id" uuid PRIMARY KEY, "title" text NOT NULL, "stars" int NOT NULL)');
    return new NotesDatabase(name, pool);
  }

  transaction<T>(work: (sql: RawSql) => Promise<T>): Promise<T> {
    return this.scope.run(this.client, work);
  }

  attempt<T>(work: (sql: RawSql) => Promise<T>): Promise<T> {
    return this.scope.attempt(this.client, work);
  }

  async insert(title: string, stars: number): Promise<string> {
    const id = randomUUID();
    await this.transaction((sql) => sql.$executeRawUnsafe('INSERT INTO "Note" VALUES ($1, $2, $3)', id, title, stars));
    return id;
  }

  async count(title: string): Promise<number> {
    const { rows } = await this.pool.query<{ count: string }>('SELECT count(*) FROM "Note" WHERE "title" = $1', [
      title,
    ]);
    return Number(rows[0]?.count);
  }

  async rows<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(sql, values)).rows;
  }

  async drop(): Promise<void> {
    await this.pool.end();
    await asAdmin(`DROP DATABASE ${this.name} WITH (FORCE)`);
  }
}

const adminUrl = () => {
  const url = process.env.HELPDESKLY_TEST_ADMIN_URL;
  if (url === undefined) throw new Error('the global setup of the tests names a server in HELPDESKLY_TEST_ADMIN_URL');
  return url;
};

async function asAdmin(sql: string): Promise<void> {
  const admin = new pg.Client(adminUrl());
  await admin.connect();
  try {
    await admin.query(sql);
  } finally {
    await admin.end();
  }
}
