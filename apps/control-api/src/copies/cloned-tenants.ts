import { copyDatabase, type LoadTarget } from '@helpdeskly/archive';
import { ControlDatabase, openDataKey, Secrets, type Tenant } from '@helpdeskly/catalog';
import { appliedMigrations } from '@helpdeskly/migrator';
import { Injectable } from '@nestjs/common';
import { anonymousColumns } from '../anonymization/column-rules.js';
import { placeholder } from '../anonymization/placeholder.js';
import { assertComplete, both, changeBy, type TableRules } from '../anonymization/table-rules.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { ownerRole } from '../tenant-databases/server-roles.js';
import { isKept } from '../tenant-status/tenant-policy.js';
import type { FreshStart } from './fresh-start.js';
import { RestoredTenants } from './restored-tenants.js';
import { withoutSecrets } from './secret-rules.js';
import { tellOnce } from './told-tenants.js';

/** A tenant that is made of another one: by that one's id. */
export type ClonedTenant = Pick<Tenant, 'id' | 'slug' | 'copyOfId' | 'copyKind' | 'dataKeySecret'>;

/** Raised when the tenant that is to be cloned has no database any more, or is about to lose it: no other place may get what is to go. */
class NothingToClone extends Error {
  constructor() {
    super('The tenant that is to be cloned is gone, or is being deleted.');
    this.name = 'NothingToClone';
  }
}

/** Fills databases of tenants from those of others, while those serve. */
@Injectable()
export class ClonedTenants {
  constructor(
    private readonly control: ControlDatabase,
    private readonly servers: ServerConnections,
    private readonly secrets: Secrets,
    private readonly restored: RestoredTenants,
  ) {}

  /**
   * The original is told first. What the clone must not have never reaches it. Nothing is left of a clone that fails; the next try begins
   * anew, with other stand-ins. Throws NothingToClone, ColumnWithoutRule, NotArchivable, SnapshotInTheWay, MigrationFailed.
   */
  async fill(server: TenantServer, clone: ClonedTenant): Promise<void> {
    const original = await this.originalOf(clone);
    const isAnonymized = clone.copyKind === 'ANONYMIZED';
    const rules = isAnonymized ? both(withoutSecrets, anonymousColumns()) : withoutSecrets;
    await this.servers.reach(original.serverId);
    const from = await this.servers.server(original.serverId);
    await this.tell(from, original, clone);
    await this.restored.fillBy(server, this.startOf(clone, original), async () => {
      const source = {
        connect: () => from.connectToCopy(original.databaseName),
        asRole: ownerRole,
        signal: new AbortController().signal, // A process that ends waits for its jobs, or dies.
      };
      const prepare = () => this.prepare(from, original, server, clone, isAnonymized ? rules : undefined);
      await copyDatabase(source, prepare, changeBy(rules));
    });
  }

  /** Of an anonymized clone's files there is nothing but placeholders. Throws NothingToClone, StorageUnavailable. */
  async copyFiles(server: TenantServer, clone: ClonedTenant, databaseName: string): Promise<void> {
    const names = await storedFiles(server, databaseName);
    if (clone.copyKind === 'ANONYMIZED') await this.restored.files.fillIn(clone.id, names, placeholder.bytes);
    else await this.restored.files.clone(clone.id, (await this.originalOf(clone)).id, names);
  }

  /** Throws NothingToClone. */
  private async originalOf({ copyOfId }: ClonedTenant): Promise<Tenant> {
    const original = await this.control.client.tenant.findUnique({ where: { id: copyOfId ?? '' } });
    if (original === null || !isKept(original.status)) throw new NothingToClone();
    return original;
  }

  /** An empty database with the original's migrations, whose tables nobody changes meanwhile. Throws ColumnWithoutRule. */
  private async prepare(
    from: TenantServer,
    { databaseName }: Tenant,
    server: TenantServer,
    { id }: ClonedTenant,
    complete: TableRules | undefined,
  ): Promise<LoadTarget> {
    const client = await from.connect(databaseName);
    try {
      if (complete !== undefined) await assertComplete(client, complete);
      return await this.restored.prepare(server, id, await appliedMigrations(client));
    } finally {
      await client.end();
    }
  }

  private startOf(clone: ClonedTenant, { slug }: Tenant): FreshStart {
    const { id: tenantId, copyKind, dataKeySecret } = clone;
    if (dataKeySecret === null) throw new Error('the tenant has no data key');
    const isAnonymized = copyKind === 'ANONYMIZED';
    const details = isAnonymized ? { anonymized: true } : { from: slug };
    return {
      tenantId,
      clone: { to: openDataKey(this.secrets, tenantId, dataKeySecret), isAnonymized },
      told: { type: 'CLONED_BY_OPERATOR', details },
    };
  }

  private async tell(
    from: TenantServer,
    { databaseName }: Tenant,
    { id, slug, copyKind }: ClonedTenant,
  ): Promise<void> {
    const client = await from.connect(databaseName);
    const details = { to: slug, tenantId: id, anonymized: copyKind === 'ANONYMIZED' };
    await tellOnce(client, { type: 'CLONED_BY_OPERATOR', details }).finally(() => client.end());
  }
}

/** The names of the files whose bytes a database says are there. */
async function storedFiles(server: TenantServer, databaseName: string): Promise<string[]> {
  const client = await server.connect(databaseName);
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT "id"::text AS "name" FROM "Attachment" WHERE "storedAt" IS NOT NULL AND "removedAt" IS NULL
        UNION SELECT "id"::text FROM "InboundMail" WHERE "storedAt" IS NOT NULL AND "rawRemovedAt" IS NULL`,
    );
    return rows.map(({ name }) => name);
  } finally {
    await client.end();
  }
}
