import { loadArchive, type Archive, type LoadTarget } from '@helpdeskly/archive';
import type { Migration } from '@helpdeskly/migrator';
import { Inject, Injectable } from '@nestjs/common';
import { escapeIdentifier } from 'pg';
import { installationName } from '../configuration/tokens.js';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { despiteContention } from '../tenant-databases/contention.js';
import { scratchDatabaseName, scratchMarker } from '../tenant-databases/names.js';
import { ownerRole } from '../tenant-databases/server-roles.js';
import { TemplateDatabases } from '../tenant-databases/template-database.js';
import { cloneClosed } from '../tenant-databases/tenant-database.js';
import { schemaOf } from './archive-schema.js';

/**
 * Databases into which archives are restored, beside everything that serves; nobody but the administrator may connect to them. If a
 * process dies that fills one, the next try drops it, or the reconciler.
 */
@Injectable()
export class RestoredDatabases {
  constructor(
    private readonly templates: TemplateDatabases,
    @Inject(installationName) private readonly installation: string,
  ) {}

  /** That of a backup's verification, or of a tenant that is copied or replaced: by its id. */
  nameFor(id: string): string {
    return scratchDatabaseName(this.installation, id);
  }

  /**
   * Restores an archive into a database of the archive's own schema, and compares every table with it. Nothing is left of one that
   * fails. Throws ArchiveInvalid, StorageUnavailable.
   */
  async fill(server: TenantServer, id: string, archive: Archive): Promise<void> {
    try {
      await loadArchive(archive, await this.prepare(server, id, schemaOf(archive, this.templates.migrations)));
    } catch (error) {
      await this.drop(server, id);
      throw error;
    }
  }

  /** An empty one with these migrations, in place of one that there may be. */
  async prepare(server: TenantServer, id: string, migrations: readonly Migration[]): Promise<LoadTarget> {
    const name = this.nameFor(id);
    const template = await this.templates.ensureOf(server, migrations);
    await this.drop(server, id);
    await cloneClosed(server.admin, { name, marker: scratchMarker(this.installation) }, template.name);
    await server.admin.query(`ALTER DATABASE ${escapeIdentifier(name)} WITH ALLOW_CONNECTIONS true`);
    return { connect: () => server.connectToCopy(name), asRole: ownerRole };
  }

  async drop(server: TenantServer, id: string): Promise<void> {
    const name = escapeIdentifier(this.nameFor(id));
    await despiteContention(() => server.admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  }
}
