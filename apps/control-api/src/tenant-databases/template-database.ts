import { createHash } from 'node:crypto';
import type { ControlDatabase } from '@helpdeskly/catalog';
import { describeFailure, sqlState } from '@helpdeskly/database';
import {
  canonicalChecksum,
  driftOf,
  hasChecksum,
  migrate,
  MigrationFailed,
  type AppliedMigration,
  type Migration,
} from '@helpdeskly/migrator';
import { Logger } from '@nestjs/common';
import { escapeIdentifier, escapeLiteral } from 'pg';
import type { ControlLocks } from '../locks/control-locks.js';
import { settleGrants, prepareGrants } from './database-grants.js';
import { closeLargeObjects, readingGrants } from './readonly-role.js';
import { closedBase, hasClosedBase, ownerRole, type Queryable } from './server-roles.js';
import { migratorName, type TenantServer } from '../server-connections/tenant-server.js';
import { isTransient } from './transient-failure.js';
import { appliedIn, recordSchemaSet } from './schema-sets.js';
import { recordDeclarations } from './declared-migrations.js';
import { despiteContention } from './contention.js';
import type { TenantMigrations } from './tenant-migrations.js';

/** A template for new tenants, and its migrations. */
export interface Template {
  readonly name: string;
  readonly migrations: readonly Migration[];
}

/** How long a template that could not be made is not tried again, in milliseconds. */
const refusalMs = 60_000;

/**
 * Keeps a template for the current schema on each tenant server: new tenants clone the migrations' result
 * instead of running them. Nobody may connect to a finished template; an unfinished one is rebuilt. While the newest
 * migrations do not apply, new tenants get the last schema that works.
 */
export class TemplateDatabases {
  private readonly log = new Logger('TemplateDatabases');
  private readonly ready = new Map<string, Promise<void>>();
  /** The newest template, if it could not be made, and its replacement. */
  private refused: { readonly name: string; readonly until: number; readonly instead: Template } | undefined;

  constructor(
    private readonly control: ControlDatabase,
    private readonly locks: ControlLocks,
    private readonly installation: string,
    private readonly newest: TenantMigrations,
  ) {}

  /** The name contains installation, schema and grants: a change of them makes another template. */
  get name(): string {
    return this.present.name;
  }

  /** Reads the migrations' folder again, so that the current template includes new ones. */
  async refresh(): Promise<void> {
    await this.newest.refresh();
  }

  /** Since when this process has used that name. */
  get since(): Date {
    return this.newest.since;
  }

  private get present(): Template {
    const newest = this.templateOf(this.newest.current);
    const { refused } = this;
    return refused?.name === newest.name && performance.now() < refused.until ? refused.instead : newest;
  }

  private templateOf(migrations: readonly Migration[]): Template {
    return { name: this.namesOf(migrations).at(-1) as string, migrations };
  }

  /** The names of the templates with the first none, one, two, … of these migrations. */
  private namesOf(migrations: readonly Migration[]): string[] {
    const schema = createHash('sha256').update(readingGrants + closeLargeObjects);
    const name = () => `helpdeskly_template_${this.installation}_${schema.copy().digest('hex').slice(0, 12)}`;
    const names = [name()];
    for (const migration of migrations) {
      schema.update(`${migration.name} ${canonicalChecksum(migration)}\n`);
      names.push(name());
    }
    return names;
  }

  /**
   * The template on `server`, built first if it is missing. One caller builds, the others wait. If the newest migrations do
   * not apply, it is the last one that worked; throws MigrationFailed if there is none.
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

  /** The migrations that this build knows. */
  get migrations(): readonly Migration[] {
    return this.newest.current;
  }

  /** The scripts of applied migrations, and the names of those that this build has not, or has otherwise. */
  scriptsOf(applied: readonly AppliedMigration[]): {
    readonly scripts: readonly Migration[];
    readonly missing: readonly string[];
  } {
    const checksums = new Map(applied.map(({ name, checksum }) => [name, checksum]));
    const scripts = this.newest.current.filter((each) => hasChecksum(each, checksums.get(each.name) ?? ''));
    const found = new Set(scripts.map(({ name }) => name));
    return { scripts, missing: [...checksums.keys()].filter((name) => !found.has(name)) };
  }

  /**
   * A template with some of these migrations alone, for a database or archive of an older schema. The reconciler removes it when it is not
   * that of the present one. Throws MigrationFailed.
   */
  ensureOf(server: TenantServer, migrations: readonly Migration[]): Promise<Template> {
    const template = this.templateOf(migrations);
    this.ready.delete(`${server.id} ${template.name}`);
    return this.make(server, template);
  }

  /** Ensures the newest one, whatever was found of it before. Throws MigrationFailed if it cannot be made. */
  async ensureNewest(server: TenantServer): Promise<void> {
    const newest = this.templateOf(this.newest.current);
    await this.make(server, newest);
    if (this.refused?.name === newest.name) this.refused = undefined;
  }

  /** Call this when somebody dropped the template: the next call checks again. */
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
    await recordDeclarations(this.control.client, migrations);
    const id = await recordSchemaSet(this.control.client, migrations);
    await this.control.client.schemaSet.updateMany({ where: { id }, data: { templateAt: new Date() } });
  }

  /** The template with the most of the current migrations. */
  private async lastThatWorked(): Promise<Template | undefined> {
    const { current } = this.newest;
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
    if (!(await this.cloneFormer(server, template, migrations)))
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
    // Last: this distinguishes a finished template from one that a crash left.
    await server.admin.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false IS_TEMPLATE true`);
  }

  /**
   * Clones the finished template that has the most of the first of these migrations, so that only the others are to be applied, as in
   * tenants' databases. Returns false if this server has none.
   */
  private async cloneFormer(
    server: TenantServer,
    template: string,
    migrations: readonly Migration[],
  ): Promise<boolean> {
    const former = this.namesOf(migrations).slice(0, -1);
    const { rows } = await server.admin.query<{ datname: string }>(
      `SELECT datname FROM pg_database
        WHERE datname = ANY ($1) AND datistemplate AND NOT datallowconn AND datconnlimit <> -2
        ORDER BY array_position($1, datname::text) DESC LIMIT 1`,
      [former],
    );
    const [found] = rows;
    if (found === undefined) return false;
    const [name, source] = [template, found.datname].map(escapeIdentifier);
    try {
      await despiteContention(() =>
        server.admin.query(`CREATE DATABASE ${name} WITH OWNER ${ownerRole} TEMPLATE ${source}`),
      );
      return true;
    } catch (error) {
      // invalid_catalog_name, insufficient_privilege: the reconciler drops it, and nobody may clone what is no template any more.
      if (!['3D000', '42501'].includes(sqlState(error) ?? '')) throw error;
      return false;
    }
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

/** The database that a template is cloned from: PostgreSQL's own, or one in which a superuser has closed large objects. */
async function emptyDatabase(admin: Queryable): Promise<string> {
  return (await hasClosedBase(admin)) ? closedBase : 'template0';
}

/** Whether an empty database refused a migration, so that any other would. */
export function appliesNowhere(error: unknown): error is MigrationFailed {
  return error instanceof MigrationFailed && !isTransient(error.cause);
}

/** Drops a template that nobody needs any more; it waits while the template is being cloned. */
export async function dropTemplate(admin: Queryable, template: string): Promise<void> {
  const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [template]);
  if (rowCount === 0) return;
  const name = escapeIdentifier(template);
  await despiteContention(() => admin.query(`ALTER DATABASE ${name} IS_TEMPLATE false`));
  await despiteContention(() => admin.query(`DROP DATABASE IF EXISTS ${name}`));
}
