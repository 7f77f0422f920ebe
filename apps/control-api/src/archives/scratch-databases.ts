import { ArchiveInvalid, loadArchive, type Archive } from '@helpdeskly/archive';
import { ControlDatabase, type Backup } from '@helpdeskly/catalog';
import { hasChecksum, type Migration } from '@helpdeskly/migrator';
import { Inject, Injectable } from '@nestjs/common';
import { escapeIdentifier } from 'pg';
import { installationName } from '../configuration/tokens.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { scratchDatabaseName, scratchMarker } from '../tenant-databases/names.js';
import { ownerRole } from '../tenant-databases/server-roles.js';
import { TemplateDatabases } from '../tenant-databases/template-database.js';
import { cloneClosed } from '../tenant-databases/tenant-database.js';

/** Databases in which an archive is restored to see whether it can be; nobody but the administrator may connect to them. */
@Injectable()
export class ScratchDatabases {
  constructor(
    private readonly control: ControlDatabase,
    private readonly servers: ServerConnections,
    private readonly templates: TemplateDatabases,
    @Inject(installationName) private readonly installation: string,
  ) {}

  /**
   * Restores an archive into a database of its own schema, compares every table with the archive, and drops the database in every case. If
   * this process dies, the next run drops it, or the reconciler. Throws ArchiveInvalid, StorageUnavailable.
   */
  async filled(backup: Backup, archive: Archive): Promise<void> {
    const serverId = await this.serverFor(backup);
    await this.servers.reach(serverId);
    await this.servers.breaker.beside(serverId, async () => {
      const server = await this.servers.server(serverId);
      const template = await this.templates.ensureOf(server, this.schemaOf(archive));
      const name = scratchDatabaseName(this.installation, backup.id);
      try {
        await cloneClosed(server.admin, { name, marker: scratchMarker(this.installation) }, template.name);
        await server.admin.query(`ALTER DATABASE ${escapeIdentifier(name)} WITH ALLOW_CONNECTIONS true`);
        await loadArchive(archive, { connect: () => server.connectToCopy(name), asRole: ownerRole });
      } finally {
        await this.dropOn(server, backup);
      }
    });
  }

  /** Drops what a run of the same verification left that died. */
  async drop(backup: Backup): Promise<void> {
    const serverId = await this.serverFor(backup);
    await this.servers.breaker.run(serverId, async () => this.dropOn(await this.servers.server(serverId), backup));
  }

  private async dropOn(server: TenantServer, { id }: Backup): Promise<void> {
    const name = escapeIdentifier(scratchDatabaseName(this.installation, id));
    await server.admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  }

  /** The tenant's own server, which has its room; for a tenant that was purged, any. */
  private async serverFor({ tenantId }: Backup): Promise<string> {
    const tenant = await this.control.client.tenant.findUnique({ where: { id: tenantId }, select: { serverId: true } });
    const [active] = tenant === null ? await this.servers.ids('ACTIVE') : [tenant.serverId];
    if (active === undefined) throw new Error('no database server is ACTIVE');
    return active;
  }

  /** The migrations of this build that the archive's database had. Throws ArchiveInvalid if it had others. */
  private schemaOf({ manifest }: Archive): readonly Migration[] {
    const known = new Map(this.templates.migrations.map((migration) => [migration.name, migration]));
    for (const { name, checksum } of manifest.migrations) {
      const migration = known.get(name);
      if (migration === undefined) throw new ArchiveInvalid(`this build does not know its migration ${name}`);
      if (!hasChecksum(migration, checksum))
        throw new ArchiveInvalid(`its migration ${name} differs from this build's`);
    }
    const had = new Set(manifest.migrations.map(({ name }) => name));
    return this.templates.migrations.filter(({ name }) => had.has(name));
  }
}
