import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { readControlConfig, type ControlConfig } from '@helpdeskly/config';
import pg from 'pg';

/** The server on which tests make what they need: given by the tests' global setup. */
export const adminUrl = process.env['HELPDESKLY_TEST_ADMIN_URL'] ?? '';

export const owner = { email: 'owner@example.test', password: 'correct horse battery' };

/** A control database of a test's own, and whatever an installation on it leaves on the server, gone afterwards. */
export class Installation {
  readonly database = `control_test_${randomBytes(6).toString('hex')}`;
  private readonly encryptionKeys = `k1:${randomBytes(32).toString('base64')}`;

  static async create(): Promise<Installation> {
    const installation = new Installation();
    await asAdmin((admin) => admin.query(`CREATE DATABASE ${installation.database}`));
    return installation;
  }

  get controlUrl(): string {
    return urlOf(this.database);
  }

  /** The role by which app-api reads the catalog. */
  get readerUrl(): string {
    const url = new URL(this.controlUrl);
    url.username = `${this.database}_reader`;
    url.password = 'reader';
    return url.href;
  }

  config(more: Record<string, string> = {}): ControlConfig {
    return readControlConfig({
      CONTROL_DATABASE_URL: this.controlUrl,
      CATALOG_DATABASE_URL: this.readerUrl,
      TENANT_SERVER_ADMIN_URL: adminUrl,
      ENCRYPTION_KEYS: this.encryptionKeys,
      BOOTSTRAP_OPERATOR_EMAIL: owner.email,
      BOOTSTRAP_OPERATOR_PASSWORD: owner.password,
      CONTROL_METRICS_PORT: '0',
      CONTROL_API_PORT: '0',
      LOG_LEVEL: 'silent',
      ...more,
    });
  }

  query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return connected(this.controlUrl, async (client) => (await client.query<Row>(sql, values)).rows);
  }

  /** Drops tenants' databases and roles, the template, and the control database itself. */
  async remove(): Promise<void> {
    const tenants = await this.query<{ databaseName: string; roleName: string }>('SELECT "databaseName", "roleName" FROM "Tenant"');
    const [named] = await this.query<{ key: string }>('SELECT "key" FROM "Installation"');
    await asAdmin(async (admin) => {
      const { rows: templates } = await admin.query<{ datname: string }>('SELECT datname FROM pg_database WHERE datname LIKE $1', [
        `helpdeskly\\_template\\_${named?.key}\\_%`,
      ]);
      for (const { datname } of templates) {
        await admin.query(`ALTER DATABASE ${pg.escapeIdentifier(datname)} IS_TEMPLATE false`);
      }
      const databases = [...templates.map((row) => row.datname), ...tenants.map((row) => row.databaseName), this.database];
      for (const name of databases) await admin.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
      const roles = [...tenants.map((row) => row.roleName), `${this.database}_reader`];
      for (const role of roles) await admin.query(`DROP ROLE IF EXISTS ${pg.escapeIdentifier(role)}`);
    });
  }
}

/** The test server's URL for a database and, when given, another role than its administrator. */
export function urlOf(database: string, user?: { name: string; password: string }): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  if (user !== undefined) {
    url.username = user.name;
    url.password = user.password;
  }
  return url.href;
}

export function asAdmin<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
  return connected(adminUrl, work);
}

export async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
