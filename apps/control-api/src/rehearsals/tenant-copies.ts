import { copyDatabase } from '@helpdeskly/archive';
import { appliedMigrations } from '@helpdeskly/migrator';
import { Inject, Injectable } from '@nestjs/common';
import { escapeIdentifier } from 'pg';
import { installationName } from '../configuration/tokens.js';
import { DriftComparison } from '../drift/drift-comparison.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { scratchDatabaseName, scratchMarker } from '../tenant-databases/names.js';
import { ownerRole } from '../tenant-databases/server-roles.js';
import { cloneClosed } from '../tenant-databases/tenant-database.js';
import { TemplateDatabases } from '../tenant-databases/template-database.js';

/** A tenant whose database is copied. */
export interface CopiedTenant {
  readonly id: string;
  readonly serverId: string;
  readonly databaseName: string;
}

/** Raised for a database whose copy would not behave as it does. */
class NoTrueCopy extends Error {
  constructor(why: string) {
    super(`There is no true copy of this database: ${why} POST /drift-checks says more.`);
    this.name = 'NoTrueCopy';
  }
}

/** Copies of tenants' databases on their own servers; nobody but the administrator may connect to them. */
@Injectable()
export class TenantCopies {
  constructor(
    private readonly servers: ServerConnections,
    private readonly templates: TemplateDatabases,
    private readonly comparison: DriftComparison,
    @Inject(installationName) private readonly installation: string,
  ) {}

  /**
   * Runs `work` with a copy: schema, and rows as of one moment. The copy is dropped in every case; if this process dies, by the next try
   * under the same `id`, or by the reconciler. Throws NoTrueCopy, what `work` throws, and whatever keeps it from copying.
   */
  async during<T>(
    tenant: CopiedTenant,
    id: string,
    signal: AbortSignal,
    work: (server: TenantServer, name: string) => Promise<T>,
  ): Promise<T> {
    const { serverId, databaseName } = tenant;
    await this.servers.reach(serverId);
    return this.servers.breaker.beside(serverId, async () => {
      const server = await this.servers.server(serverId);
      const name = scratchDatabaseName(this.installation, id);
      await drop(server, name); // Of a process that died.
      await this.assertAsTemplate(tenant);
      try {
        const source = { connect: () => server.connectToCopy(databaseName), asRole: ownerRole, signal };
        await copyDatabase(source, async () => {
          await this.prepare(server, tenant, name);
          return { connect: () => server.connectToCopy(name), asRole: ownerRole };
        });
        return await work(server, name);
      } finally {
        await drop(server, name);
      }
    });
  }

  /** The copy gets its schema from the template: what somebody changed by hand would be missing. */
  private async assertAsTemplate({ id }: CopiedTenant): Promise<void> {
    const compared = await this.comparison.compare(id, await this.comparison.expectations());
    if (compared === undefined) throw new NoTrueCopy('it is gone.');
    if ('error' in compared) throw new NoTrueCopy(`it cannot be compared with its template (${compared.error}).`);
    const [first] = compared.differences;
    if (first !== undefined) throw new NoTrueCopy(`it differs from its template (${first.object}).`);
  }

  /** An empty database with the tenant's migrations, whose tables nobody changes meanwhile. */
  private async prepare(server: TenantServer, tenant: CopiedTenant, name: string): Promise<void> {
    const client = await server.connect(tenant.databaseName);
    const applied = await appliedMigrations(client).finally(() => client.end());
    const template = await this.templates.ensureOf(server, this.templates.scriptsOf(applied).scripts);
    await cloneClosed(server.admin, { name, marker: scratchMarker(this.installation) }, template.name);
    await server.admin.query(`ALTER DATABASE ${escapeIdentifier(name)} WITH ALLOW_CONNECTIONS true`);
  }
}

async function drop(server: TenantServer, name: string): Promise<void> {
  await server.admin.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
}
