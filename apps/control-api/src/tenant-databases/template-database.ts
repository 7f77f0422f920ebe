import { createHash } from 'node:crypto';
import { migrate, type Migration } from '@helpdeskly/migrator';
import { escapeIdentifier, escapeLiteral } from 'pg';
import type { ControlLocks } from '../locks/control-locks.js';
import { settleGrants, prepareGrants } from './database-grants.js';
import { closeLargeObjects, readingGrants } from './readonly-role.js';
import { ownerRole, type Queryable } from './server-roles.js';
import type { TenantServer } from '../database-servers/tenant-server.js';
import { despiteContention } from './contention.js';
import type { TenantMigrations } from './tenant-migrations.js';

/**
 * Keeps, on each tenant server, a template for the present schema: the migrations' outcome, which a new tenant clones
 * instead of running them. Nobody may connect to a finished one; one that is not finished is built anew.
 */
export class TemplateDatabases {
  private readonly ready = new Map<string, Promise<string>>();

  constructor(
    private readonly locks: ControlLocks,
    private readonly installation: string,
    private readonly migrations: TenantMigrations,
  ) {}

  /** Named by installation, schema and grants: what changes of them makes another template. */
  get name(): string {
    return this.nameFor(this.migrations.current);
  }

  /** Since when the template has that name, to this process. */
  get since(): Date {
    return this.migrations.since;
  }

  private nameFor(migrations: readonly Migration[]): string {
    const schema = createHash('sha256');
    schema.update(readingGrants + closeLargeObjects);
    for (const { name, checksum } of migrations) schema.update(`${name} ${checksum}\n`);
    return `helpdeskly_template_${this.installation}_${schema.digest('hex').slice(0, 12)}`;
  }

  /** The name of the template on `server`, built first when it is missing. One caller builds, the others wait. */
  async ensure(server: TenantServer): Promise<string> {
    const migrations = this.migrations.current;
    const name = this.nameFor(migrations);
    const place = `${server.id} ${name}`;
    const known = this.ready.get(place);
    if (known !== undefined) return known;
    const building = this.find(server, name, migrations);
    this.ready.set(place, building);
    building.catch(() => this.ready.delete(place));
    return building;
  }

  /** Looks again next time: somebody dropped the template. */
  forget(server: TenantServer): void {
    this.ready.delete(`${server.id} ${this.name}`);
  }

  private async find(server: TenantServer, name: string, migrations: readonly Migration[]): Promise<string> {
    if (!(await this.isFinished(server, name)))
      await this.locks.hold('helpdeskly template', `${server.id} ${name}`, () => this.build(server, name, migrations));
    return name;
  }

  private async isFinished(server: TenantServer, name: string): Promise<boolean> {
    const { rowCount } = await server.admin.query(
      'SELECT FROM pg_database WHERE datname = $1 AND datistemplate AND NOT datallowconn AND datconnlimit <> -2',
      [name],
    );
    return rowCount === 1;
  }

  private async build(server: TenantServer, template: string, migrations: readonly Migration[]): Promise<void> {
    if (await this.isFinished(server, template)) return;
    const name = escapeIdentifier(template);
    const marker = escapeLiteral(`helpdeskly:${this.installation}:template`);
    await server.admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await server.admin.query(
      `CREATE DATABASE ${name} WITH OWNER ${ownerRole} TEMPLATE template0 ENCODING 'UTF8'
         LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_COLLATE 'C' LC_CTYPE 'C'`,
    );
    await server.admin.query(`
      REVOKE ALL ON DATABASE ${name} FROM PUBLIC;
      ALTER DATABASE ${name} SET timezone = 'UTC';
      COMMENT ON DATABASE ${name} IS ${marker};`);
    const client = await server.connect(template);
    try {
      await prepareGrants(client);
      await migrate(client, migrations, { asRole: ownerRole });
      await settleGrants(client);
      await client.query(closeLargeObjects);
    } finally {
      await client.end();
    }
    // Last of all: this is what tells a finished template from one that a crash left behind.
    await server.admin.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false IS_TEMPLATE true`);
  }
}

/** Drops a template that nobody needs any longer; one that is being cloned at the moment is waited for. */
export async function dropTemplate(admin: Queryable, template: string): Promise<void> {
  const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [template]);
  if (rowCount === 0) return;
  const name = escapeIdentifier(template);
  await despiteContention(() => admin.query(`ALTER DATABASE ${name} IS_TEMPLATE false`));
  await despiteContention(() => admin.query(`DROP DATABASE IF EXISTS ${name}`));
}
