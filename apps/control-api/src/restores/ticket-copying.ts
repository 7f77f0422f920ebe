import type { Archive } from '@helpdeskly/archive';
import type { Tenant, TenantRestore } from '@helpdeskly/catalog';
import { appliedMigrations } from '@helpdeskly/migrator';
import { Injectable } from '@nestjs/common';
import type { Client } from 'pg';
import { RestoredTenants } from '../copies/restored-tenants.js';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { restoreTickets, type RestoredTicket } from '../ticket-restores/ticket-writing.js';

/** Raised when the live database has another schema than this build gives to what it restores. */
class SchemaDiffers extends Error {
  constructor() {
    super('The tenant does not have the newest schema: migrate it first.');
    this.name = 'SchemaDiffers';
  }
}

/** Copies tickets from the database that was filled from an archive into the live one. */
@Injectable()
export class TicketCopying {
  constructor(private readonly restored: RestoredTenants) {}

  /** Throws SchemaDiffers, ArchiveInvalid, StorageUnavailable; then nothing has changed. */
  async copy(
    server: TenantServer,
    { id: restoreId, backupId, numbers }: TenantRestore,
    { id: tenantId, databaseName }: Tenant,
    archive: Archive,
  ): Promise<readonly RestoredTicket[]> {
    const putFiles = (names: readonly string[]) => this.restored.files.restore(tenantId, archive, new Set(names));
    return connected(server, this.restored.nameFor(tenantId), (from) =>
      connected(server, databaseName, async (live) => {
        if ((await schemaOf(from)) !== (await schemaOf(live))) throw new SchemaDiffers();
        return restoreTickets(from, live, { restoreId, backupId, numbers, putFiles });
      }),
    );
  }
}

async function schemaOf(client: Client): Promise<string> {
  return (await appliedMigrations(client)).map(({ name }) => name).join();
}

async function connected<T>(server: TenantServer, database: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await server.connectToCopy(database);
  client.on('error', () => undefined); // A connection that is lost while it is idle: its next query fails.
  try {
    return await work(client);
  } finally {
    await client.end(); // An open transaction ends with it.
  }
}
