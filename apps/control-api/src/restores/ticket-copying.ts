import type { Archive } from '@helpdeskly/archive';
import type { Tenant, TenantRestore } from '@helpdeskly/catalog';
import { appliedMigrations } from '@helpdeskly/migrator';
import { Injectable } from '@nestjs/common';
import type { Client } from 'pg';
import { RestoredTenants } from '../copies/restored-tenants.js';
import type { TenantServer } from '../server-connections/tenant-server.js';
import {
  filesToPut,
  restoreTickets,
  writtenBefore,
  type RestoredTicket,
  type TicketFiles,
} from '../ticket-restores/ticket-writing.js';

/** Raised when the live database has another schema than this build gives to what it restores. */
export class SchemaDiffers extends Error {
  constructor() {
    super('The tenant does not have the newest schema: migrate it first.');
    this.name = 'SchemaDiffers';
  }
}

/** Copies tickets from the database that was filled from an archive into the live one. */
@Injectable()
export class TicketCopying {
  constructor(private readonly restored: RestoredTenants) {}

  /** Puts the files of the tickets that are not there where the helpdesk reads them. Repeatable. Throws SchemaDiffers, ArchiveInvalid, StorageUnavailable. */
  async putFiles(
    server: TenantServer,
    { numbers }: TenantRestore,
    tenant: Tenant,
    archive: Archive,
  ): Promise<TicketFiles> {
    const files = await this.between(server, tenant, (from, live) => filesToPut(from, live, numbers));
    await this.restored.files.restore(tenant.id, archive, new Set(files.names));
    return files;
  }

  /** Throws SchemaDiffers, StorageUnavailable; then nothing has changed. */
  async copy(
    server: TenantServer,
    { id: restoreId, backupId, numbers }: TenantRestore,
    tenant: Tenant,
    files: TicketFiles,
  ): Promise<readonly RestoredTicket[]> {
    const removeFiles = (names: readonly string[]) => this.restored.files.remove(tenant.id, names);
    return this.between(server, tenant, (from, live) =>
      restoreTickets(from, live, { restoreId, backupId, numbers }, { files, removeFiles }),
    );
  }

  /** What was written, if it was. */
  async written(
    server: TenantServer,
    { id }: TenantRestore,
    { databaseName }: Tenant,
  ): Promise<readonly RestoredTicket[] | undefined> {
    return connected(server, databaseName, (live) => writtenBefore(live, id));
  }

  /** Takes away what was put for a tenant after its purge had removed all of its files. */
  async removeFiles(tenantId: string): Promise<void> {
    await this.restored.files.removeAll(tenantId);
  }

  private between<T>(
    server: TenantServer,
    { id, databaseName }: Tenant,
    work: (from: Client, live: Client) => Promise<T>,
  ): Promise<T> {
    return connected(server, this.restored.nameFor(id), (from) =>
      connected(server, databaseName, async (live) => {
        if ((await schemaOf(from)) !== (await schemaOf(live))) throw new SchemaDiffers();
        return work(from, live);
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
