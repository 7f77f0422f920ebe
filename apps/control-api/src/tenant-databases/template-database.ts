import { createHash } from 'node:crypto';
import type { ControlDatabase } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import { canonicalChecksum, driftOf, migrate, MigrationFailed, type Migration } from '@helpdeskly/migrator';
import { Logger } from '@nestjs/common';
import { escapeIdentifier, escapeLiteral } from 'pg';
import type { ControlLocks } from '../locks/control-locks.js';
import { settleGrants, prepareGrants } from './database-grants.js';
import { closeLargeObjects, readingGrants } from './readonly-role.js';
import { closedBase, hasClosedBase, ownerRole, type Queryable } from './server-roles.js';
import { migratorName, type TenantServer } from '../server-connections/tenant-server.js';
import { isTransient } from './transient-failure.js';
import { appliedIn, recordSchemaSet } from './schema-sets.js';
import { despiteContention } from './contention.js';
import type { TenantMigrations } from './tenant-migrations.js';

/** What a new tenant clones, and what that has. */
export interface Template {
  readonly name: string;
  readonly migrations: readonly Migration[];
}

/** How long a template that cannot be made is not tried again for a new tenant, in milliseconds. */
const refusalMs = 60_000;

/**
 * Keeps, on each tenant server, a template for the present schema: the migrations' outcome, which a new tenant clones
 * instead of running them. Nobody may connect to a finished one; one that is not finished is built anew. While the newest
 * migrations do not apply, new tenants get the last schema that does.
 */
export class TemplateDatabases {
  private readonly log = new Logger('TemplateDatabases');
  private readonly ready = new Map<string, Promise<void>>();
  /** The newest template, when it could not be made, and what stands in for it. */
  private refused: { readonly name: string; readonly until: number; readonly instead: Template } | undefined;

  constructor(
    private readonly control: ControlDatabase,
    private readonly locks: ControlLocks,
    private readonly installation: string,
    private readonly migrations: TenantMigrations,
  ) {}

  /** Named by installation, schema and grants: what changes of them makes another template. */
  get name(): string {
    return this.present.name;
  }

  /** Reads the migrations' folder again: what was put there since is of the present template. */
  async refresh(): Promise<void> {
    await this.migrations.refresh();
  }

  /** Since when the template has that name, to this process. */
  get since(): Date {
    return this.migrations.since;
  }

  private get present(): Template {
    const newest = this.templateOf(this.migrations.current);
    const { refused } = this;
    return refused?.name === newest.name && performance.now() < refused.until ? refused.instead : newest;
  }

  private templateOf(migrations: readonly Migration[]): Template {
    const schema = createHash('sha256');
    schema.update(readingGrants + closeLargeObjects);
    for (const migration of migrations) schema.update(`${migration.name} ${canonicalChecksum(migration)}\n`);
    return { name: `helpdeskly_template_${this.installation}_${schema.digest('hex').slice(0, 12)}`, migrations };
  }

  /**
   * The template on `server`, built first when it is missing. One caller builds, the others wait. The last one that worked
   * when the newest migrations do not apply; throws MigrationFailed when there is none.
   */
  async ensure(server: TenantServer): Promise<Template> {
    const { present } = this;
    try {
      return await this.make(server, present);
    } catch (error) {
      if (!appliesNowhere(error)) throw error;
      const instead = await this.lastThatWorked();
      if (instead === undefined || instead.name === present.name) throw error;
      this.log.error(`New tenants get the former schema: ${describeFailure(error)}`);
      this.refused = { name: present.name, until: performance.now() + refusalMs, instead };
      return this.make(server, instead);
    }
  }

  /** Makes sure of the newest one, whatever was found of it before. Throws MigrationFailed when it cannot be made. */
  async ensureNewest(server: TenantServer): Promise<void> {
    const newest = this.templateOf(this.migrations.current);
    await this.make(server, newest);
    if (this.refused?.name === newest.name) this.refused = undefined;
  }

  /** Looks again next time: somebody dropped the template. */
  forget(server: TenantServer): void {
    this.ready.delete(`${server.id} ${this.name}`);
  }

  private async make(server: TenantServer, template: Template): Promise<Template> {
    const place = `${server.id} ${template.name}`;
    let making = this.ready.get(place);
    if (making === undefined) {
      this.ready.set(place, (making = this.find(server, template)));
      making.catch(() => this.ready.delete(place));
    }
    await making;
    return template;
  }

  private async find(server: TenantServer, { name, migrations }: Template): Promise<void> {
    if (!(await this.isFinished(server, name)))
      await this.locks.hold('helpdeskly template', `${server.id} ${name}`, () => this.build(server, name, migrations));
    const id = await recordSchemaSet(this.control.client, migrations);
    await this.control.client.schemaSet.updateMany({ where: { id }, data: { templateAt: new Date() } });
  }

  /** The most of the present migrations that a template was made of. */
  private async lastThatWorked(): Promise<Template | undefined> {
    const { current } = this.migrations;
    const sets = await this.control.client.schemaSet.findMany({
      where: { templateAt: { not: null } },
      orderBy: { templateAt: 'desc' },
    });
    const choices = sets
      .filter((set) => driftOf(appliedIn(set), current, new Set(current.map(({ name }) => name))) === undefined)
      .sort((a, b) => b.names.length - a.names.length);
    const names = new Set(choices[0]?.names ?? []);
    return names.size === 0 ? undefined : this.templateOf(current.filter(({ name }) => names.has(name)));
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
      `CREATE DATABASE ${name} WITH OWNER ${ownerRole} TEMPLATE ${await emptyDatabase(server.admin)} ENCODING 'UTF8'
         LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_COLLATE 'C' LC_CTYPE 'C'`,
    );
    await server.admin.query(`
      REVOKE ALL ON DATABASE ${name} FROM PUBLIC;
      ALTER DATABASE ${name} SET timezone = 'UTC';
      COMMENT ON DATABASE ${name} IS ${marker};`);
    try {
      await this.fill(server, template, migrations);
    } catch (error) {
      await server.admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`).catch(() => undefined); // The next try drops it as well.
      throw error;
    }
    // Last of all: this is what tells a finished template from one that a crash left behind.
    await server.admin.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false IS_TEMPLATE true`);
  }

  private async fill(server: TenantServer, template: string, migrations: readonly Migration[]): Promise<void> {
    const client = await server.connect(template, undefined, migratorName);
    try {
      await prepareGrants(client);
      await migrate(client, migrations, { asRole: ownerRole });
      await settleGrants(client);
      await client.query(closeLargeObjects);
    } finally {
      await client.end();
    }
  }
}

/** What a template begins as: PostgreSQL's own, or the one that a superuser has closed to large objects. */
async function emptyDatabase(admin: Queryable): Promise<string> {
  return (await hasClosedBase(admin)) ? closedBase : 'template0';
}

/** Whether a migration was refused by an empty database, and would be by any other. */
export function appliesNowhere(error: unknown): error is MigrationFailed {
  return error instanceof MigrationFailed && !isTransient(error.cause);
}

/** Drops a template that nobody needs any longer; one that is being cloned at the moment is waited for. */
export async function dropTemplate(admin: Queryable, template: string): Promise<void> {
  const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [template]);
  if (rowCount === 0) return;
  const name = escapeIdentifier(template);
  await despiteContention(() => admin.query(`ALTER DATABASE ${name} IS_TEMPLATE false`));
  await despiteContention(() => admin.query(`DROP DATABASE IF EXISTS ${name}`));
}
