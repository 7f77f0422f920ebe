import type { Tenant } from '@helpdeskly/catalog';
import { Inject, Injectable } from '@nestjs/common';
import { installationName } from '../configuration/tokens.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { formerMarker, ownershipMarker } from '../tenant-databases/names.js';
import { dropTenantDatabase } from '../tenant-databases/tenant-database.js';
import { TenantFiles } from '../tenant-databases/tenant-files.js';

/** Removes a database whose place another one has taken, and the files that it alone has. */
@Injectable()
export class FormerRemoval {
  constructor(
    private readonly servers: ServerConnections,
    private readonly files: TenantFiles,
    @Inject(installationName) private readonly installation: string,
  ) {}

  /** Repeatable. */
  async remove(tenant: Tenant, former: string): Promise<void> {
    const server = await this.servers.server(tenant.serverId);
    const { rowCount } = await server.admin.query('SELECT FROM pg_database WHERE datname = $1', [former]);
    if (rowCount === 0) return;
    const { store } = this.files;
    if (store !== undefined) {
      const kept = new Set(await fileIds(server, tenant.databaseName));
      for (const name of await fileIds(server, former))
        if (!kept.has(name)) await store.delete({ space: tenant.id, name });
    }
    await dropTenantDatabase(server.admin, former, formerMarker(ownershipMarker(this.installation, tenant.id)));
  }
}

/** The names of all files that a database knows of, there or not. */
async function fileIds(server: TenantServer, database: string): Promise<string[]> {
  const client = await server.connect(database);
  try {
    const { rows } = await client.query<{ name: string }>(
      'SELECT "id"::text AS "name" FROM "Attachment" UNION SELECT "id"::text FROM "InboundMail"',
    );
    const names = rows.map(({ name }) => name);
    for (const { table, names: sql } of transfers) {
      // A former database may have a schema that does not know it yet.
      const { rowCount } = await client.query('SELECT WHERE to_regclass($1) IS NOT NULL', [table]);
      if (rowCount !== 0) names.push(...(await client.query<{ name: string }>(sql)).rows.map(({ name }) => name));
    }
    return names;
  } finally {
    await client.end();
  }
}

/** Archives that are to be taken away, or were brought. */
const transfers = [
  { table: '"DataExport"', names: 'SELECT "blobId"::text AS "name" FROM "DataExport" WHERE "blobId" IS NOT NULL' },
  { table: '"DataImport"', names: 'SELECT "id"::text AS "name" FROM "DataImport" WHERE "removedAt" IS NULL' },
] as const;
