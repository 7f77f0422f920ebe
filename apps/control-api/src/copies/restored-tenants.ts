import type { Archive, LoadTarget } from '@helpdeskly/archive';
import { migrate, type AppliedMigration } from '@helpdeskly/migrator';
import { Injectable } from '@nestjs/common';
import type { ClientBase } from 'pg';
import { RestoredDatabases } from '../archives/restored-databases.js';
import { checkedBeforehand } from '../archives/archives.js';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { despiteContention } from '../tenant-databases/contention.js';
import { settleGrants } from '../tenant-databases/database-grants.js';
import { ownerRole } from '../tenant-databases/server-roles.js';
import { TemplateDatabases } from '../tenant-databases/template-database.js';
import { CopiedFiles } from './copied-files.js';
import { startAfresh, type FreshStart } from './fresh-start.js';

/** Restores archives into databases that become tenants'. */
@Injectable()
export class RestoredTenants {
  constructor(
    private readonly databases: RestoredDatabases,
    private readonly templates: TemplateDatabases,
    readonly files: CopiedFiles,
  ) {}

  /** The name that the database has until it is a tenant's. */
  nameFor(tenantId: string): string {
    return this.databases.nameFor(tenantId);
  }

  /**
   * Fills a database beside everything that serves, brings it to the newest schema and settles it. Nothing is left of one that fails.
   * Throws ArchiveInvalid, StorageUnavailable, MigrationFailed.
   */
  async fill(server: TenantServer, archive: Archive, start: FreshStart): Promise<void> {
    if (archive.bytes > checkedBeforehand) await archive.check();
    await this.fillBy(server, start, () => this.databases.fill(server, start.tenantId, archive));
  }

  /** The same for one that `fill` fills, beginning with `prepare`. */
  async fillBy(server: TenantServer, start: FreshStart, fill: () => Promise<void>): Promise<void> {
    try {
      await fill();
      await this.bringUpToDate(server, start.tenantId, (client) => startAfresh(client, start));
    } catch (error) {
      await this.drop(server, start.tenantId);
      throw error;
    }
  }

  /** The same for one that is read and dropped: it holds what the archive holds, in the newest schema. */
  async fillAside(server: TenantServer, tenantId: string, archive: Archive): Promise<void> {
    if (archive.bytes > checkedBeforehand) await archive.check();
    await this.databases.fill(server, tenantId, archive);
    await this.renew(server, tenantId);
  }

  /** An empty one with these migrations. */
  async prepare(server: TenantServer, tenantId: string, applied: readonly AppliedMigration[]): Promise<LoadTarget> {
    return this.databases.prepare(server, tenantId, this.templates.scriptsOf(applied).scripts);
  }

  /** Brings one that was filled a while ago to the newest schema once more. */
  async renew(server: TenantServer, tenantId: string): Promise<void> {
    await this.bringUpToDate(server, tenantId, () => Promise.resolve());
  }

  async drop(server: TenantServer, tenantId: string): Promise<void> {
    await this.databases.drop(server, tenantId);
  }

  private async bringUpToDate(
    server: TenantServer,
    tenantId: string,
    settle: (client: ClientBase) => Promise<void>,
  ): Promise<void> {
    const { migrations } = await this.templates.ensure(server);
    const client = await server.connectToMigrate(this.nameFor(tenantId));
    try {
      const work = () => despiteContention(() => settleGrants(client));
      await migrate(client, migrations, { asRole: ownerRole, afterwards: { work } });
      await settle(client);
    } finally {
      await client.end();
    }
  }
}
