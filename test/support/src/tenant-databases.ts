import { randomBytes, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { asAdmin, connected, urlOf } from './installation.js';

/** A tenant's database and login role, made by SQL alone. */
export interface TenantDatabaseFixture {
  readonly tenantId: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly role: string;
  readonly password: string;
}

interface RoleOptions {
  /** CONNECTION LIMIT; none by default. */
  readonly connectionLimit?: number;
  readonly statementTimeoutMs?: number;
}

/** Databases of tenants on the tests' server, for tests of what stands below the two APIs. */
export class TenantDatabases {
  private readonly databases: string[] = [];
  private readonly roles: string[] = [];
  private template: Promise<string> | undefined;

  /** A migrated database that belongs to a new tenant, and the role that may enter it. */
  async add(options: RoleOptions = {}): Promise<TenantDatabaseFixture> {
    const template = await (this.template ??= this.create('tenant'));
    const database = this.newName('tenant');
    const role = `${database}_a`;
    const tenantId = randomUUID();
    await asAdmin(async (admin) => {
      await admin.query(`CREATE DATABASE ${database} TEMPLATE ${template}`);
      await admin.query(
        `CREATE ROLE ${role} LOGIN PASSWORD 'secret' CONNECTION LIMIT ${options.connectionLimit ?? -1}`,
      );
      await admin.query(`ALTER ROLE ${role} SET statement_timeout = ${options.statementTimeoutMs ?? 0}`);
    });
    this.roles.push(role);
    await this.query(database, `INSERT INTO "TenantIdentity" ("tenantId") VALUES ('${tenantId}')`);
    await this.query(database, `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role}`);
    const { hostname, port } = new URL(urlOf(database));
    return { tenantId, host: hostname, port: Number(port), database, role, password: 'secret' };
  }

  /** A new database with the migrations of `prisma/<schema>`. */
  async create(schema: 'tenant' | 'control'): Promise<string> {
    const database = this.newName(schema);
    await asAdmin((admin) => admin.query(`CREATE DATABASE ${database}`));
    const folder = new URL(`../../../prisma/${schema}/migrations/`, import.meta.url);
    const names = (await readdir(folder, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    for (const name of names.sort())
      await this.query(database, await readFile(fileURLToPath(new URL(`${name}/migration.sql`, folder)), 'utf8'));
    return database;
  }

  /** As the superuser. */
  query<Row extends pg.QueryResultRow>(database: string, sql: string, values?: unknown[]): Promise<Row[]> {
    return connected(urlOf(database), async (client) => (await client.query<Row>(sql, values)).rows);
  }

  async drop(database: string): Promise<void> {
    await asAdmin((admin) => admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`));
  }

  async remove(): Promise<void> {
    for (const database of this.databases) await this.drop(database);
    await asAdmin(async (admin) => {
      for (const role of this.roles) await admin.query(`DROP ROLE IF EXISTS ${role}`);
    });
  }

  private newName(kind: string): string {
    const name = `test_${kind}_${randomBytes(6).toString('hex')}`;
    this.databases.push(name);
    return name;
  }
}
