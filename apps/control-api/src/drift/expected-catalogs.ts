import { randomBytes } from 'node:crypto';
import { describeFailure } from '@helpdeskly/database';
import type { AppliedMigration } from '@helpdeskly/migrator';
import { Logger } from '@nestjs/common';
import { escapeIdentifier } from 'pg';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { despiteContention } from '../tenant-databases/contention.js';
import { warmMarker } from '../tenant-databases/names.js';
import type { TemplateDatabases } from '../tenant-databases/template-database.js';
import { cloneClosed, dropTenantDatabase } from '../tenant-databases/tenant-database.js';
import { catalogDigest, catalogObjects, type CatalogObject } from './catalog-objects.queries.js';

/** What a database of a set of migrations has when nobody changed it. */
export interface ExpectedCatalog {
  readonly digest: string;
  readonly objects: readonly CatalogObject[];
}

/** Raised for a set of migrations of which this build has not all scripts: it cannot say what they make. */
class UnknownMigrations extends Error {
  constructor(names: readonly string[]) {
    super(`This build does not have these migrations as they were applied: ${names.slice(0, 5).join(', ')}.`);
    this.name = 'UnknownMigrations';
  }
}

/** Raised for a clone that could not be made or read, of a template that is there: another try may do it. */
export class ExpectationFailed extends Error {
  constructor(cause: unknown) {
    super(`What to expect could not be read: ${describeFailure(cause)}`, { cause });
    this.name = 'ExpectationFailed';
  }
}

/** Reads templates, each once for each server, since its version words definitions. Nobody may connect to a template: a clone is read. */
export class ExpectedCatalogs {
  private readonly log = new Logger('ExpectedCatalogs');
  private readonly known = new Map<string, Promise<ExpectedCatalog>>();

  constructor(
    private readonly templates: TemplateDatabases,
    private readonly installation: string,
  ) {}

  /** Throws UnknownMigrations, MigrationFailed if the set's template cannot be made, and ExpectationFailed. */
  of(server: TenantServer, applied: readonly AppliedMigration[]): Promise<ExpectedCatalog> {
    const key = [server.id, ...applied.map(({ name, checksum }) => `${name} ${checksum}`).sort()].join('\n');
    let reading = this.known.get(key);
    if (reading === undefined) {
      this.known.set(key, (reading = this.read(server, applied)));
      reading.catch(() => this.known.delete(key));
    }
    return reading;
  }

  private async read(server: TenantServer, applied: readonly AppliedMigration[]): Promise<ExpectedCatalog> {
    const { scripts, missing } = this.templates.scriptsOf(applied);
    if (missing.length > 0) throw new UnknownMigrations(missing);
    const template = await this.templates.ensureOf(server, scripts);
    return this.readClone(server, template.name).catch((error: unknown) => {
      throw new ExpectationFailed(error);
    });
  }

  private async readClone(server: TenantServer, template: string): Promise<ExpectedCatalog> {
    // If this process dies, the reconciler removes it as a warm database that the catalog does not know.
    const name = `helpdeskly_warm_${this.installation}_drift_${randomBytes(6).toString('hex')}`;
    const marker = warmMarker(this.installation);
    try {
      await cloneClosed(server.admin, { name, marker }, template);
      await despiteContention(() =>
        server.admin.query(`ALTER DATABASE ${escapeIdentifier(name)} WITH ALLOW_CONNECTIONS true`),
      );
      const client = await server.connect(name);
      try {
        return { digest: await catalogDigest(client), objects: await catalogObjects(client) };
      } finally {
        await client.end();
      }
    } finally {
      // What was read is right without it, and a DROP may wait long for a checkpoint: no tenant, and no later check, waits for that.
      void dropTenantDatabase(server.admin, name, marker).catch((error: unknown) =>
        this.log.warn(`The clone ${name} is left to the reconciler: ${describeFailure(error)}`),
      );
    }
  }
}
