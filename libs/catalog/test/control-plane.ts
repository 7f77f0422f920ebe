import { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { ensureCatalogRole } from '@helpdeskly/catalog';
import { migrate, readMigrations } from '@helpdeskly/migrator';
import { asAdmin, connected, enterStatus, urlOf } from '@helpdeskly/testing/database';
import type pg from 'pg';

export const listenerName = 'helpdeskly-catalog-listener';
export const readerName = 'helpdeskly-catalog';

const folder = fileURLToPath(new URL('../../../prisma/control/migrations', import.meta.url));

/** A test's own control database, with the role that reads its catalog. */
export class ControlPlane {
  readonly url: string;
  readonly catalogUrl: string;
  readonly reader: string;

  private constructor(readonly database: string) {
    this.reader = `${database}_reader`;
    this.url = urlOf(database);
    this.catalogUrl = urlOf(database, { name: this.reader, password: 'reader' });
  }

  static async create(): Promise<ControlPlane> {
    const plane = new ControlPlane(`catalog_test_${randomBytes(5).toString('hex')}`);
    await asAdmin((admin) => admin.query(`CREATE DATABASE ${plane.database}`));
    await connected(plane.url, async (client) => {
      await migrate(client, await readMigrations(folder));
      await ensureCatalogRole(client, plane.catalogUrl);
    });
    await plane.query(
      `INSERT INTO "DatabaseServer" ("name", "host", "port", "adminSecret", "maxTenants") VALUES ('default', 'db.example', 5432, 'the admin secret', 10)`,
    );
    return plane;
  }

  query<Row extends pg.QueryResultRow = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return connected(this.url, async (client) => (await client.query<Row>(sql, values)).rows);
  }

  async addTenant(slug: string, status = 'ACTIVE'): Promise<void> {
    const name = `t_${randomUUID().replaceAll('-', '')}`;
    await this.query(
      `INSERT INTO "Tenant" ("slug", "name", "status", "plan", "maxConnections", "requestsPerMinute", "serverId", "databaseName", "roleName", "roleSecret", "adminEmail", "adminName")
       SELECT $1, $1, $2::"TenantStatus", 'standard', 5, 100, "id", $3, $3 || '_a', 'sealed', 'admin@example.test', 'Ada' FROM "DatabaseServer"`,
      [slug, status, name],
    );
  }

  async setStatus(slug: string, status: string): Promise<void> {
    await this.query(enterStatus, [status, slug]);
  }

  /** Ends the sessions of one application, or all; returns how many. */
  async terminate(application?: string): Promise<number> {
    return asAdmin(async (admin) => {
      const { rowCount } = await admin.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND application_name = coalesce($2, application_name)',
        [this.database, application],
      );
      return rowCount ?? 0;
    });
  }

  /** Shuts the database as an administrator would: nobody may connect, and all sessions end. */
  async shut(): Promise<void> {
    await asAdmin((admin) => admin.query(`ALTER DATABASE ${this.database} ALLOW_CONNECTIONS false`));
    await this.terminate();
  }

  async open(): Promise<void> {
    await asAdmin((admin) => admin.query(`ALTER DATABASE ${this.database} ALLOW_CONNECTIONS true`));
  }

  async remove(): Promise<void> {
    await asAdmin(async (admin) => {
      await admin.query(`DROP DATABASE ${this.database} WITH (FORCE)`);
      await admin.query(`DROP ROLE ${this.reader}`);
    });
  }
}
