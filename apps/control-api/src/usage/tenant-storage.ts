import { setTimeout as sleep } from 'node:timers/promises';
import { ControlDatabase, type TenantStatus, type TenantStored } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import { Injectable, Logger } from '@nestjs/common';
import { ServerConnections } from '../server-connections/server-connections.js';
import { isKept } from '../tenant-status/tenant-policy.js';

/** How long a request waits for a tenant's database to count; then it gets the last known figure. */
const patienceMs = 1000;
const statementMs = 3000;
/** How many tenants' databases are asked at once; further requests get the last known figure. */
const mostAtOnce = 8;

interface Place {
  readonly id: string;
  readonly status: TenantStatus;
  readonly serverId: string;
  readonly databaseName: string;
  /** What is known of it. */
  readonly storage: { readonly revision: bigint } | null;
}

/**
 * How many bytes each tenant stores. Its own database counts them. The control database keeps the last reported figure, so that no
 * list opens all databases.
 */
@Injectable()
export class TenantStorage {
  private readonly log = new Logger('TenantStorage');
  private readonly reading = new Map<string, Promise<bigint | undefined>>();

  constructor(
    private readonly control: ControlDatabase,
    private readonly servers: ServerConnections,
  ) {}

  /** Stores what app-api's processes report, unless a later figure is known; skips tenants that are gone. */
  async hear(stored: readonly TenantStored[]): Promise<void> {
    if (stored.length === 0) return;
    await this.control.client.$executeRaw`
      INSERT INTO "TenantStorage" ("tenantId", "bytes", "revision")
      SELECT i."tenantId", i."bytes", i."revision"
        FROM unnest(${stored.map(({ tenantId }) => tenantId)}::uuid[], ${stored.map(({ bytes }) => bytes)}::bigint[],
                    ${stored.map(({ revision }) => revision)}::bigint[]) i ("tenantId", "bytes", "revision")
        JOIN "Tenant" t ON t."id" = i."tenantId"
      ON CONFLICT ("tenantId") DO UPDATE SET "bytes" = excluded."bytes", "revision" = excluded."revision", "toldAt" = now()
       WHERE "TenantStorage"."revision" < excluded."revision"`.catch((error: unknown) =>
      this.log.warn(`The storage of tenants was not recorded: ${describeFailure(error)}`),
    );
  }

  /** The current count of a tenant's database; undefined if it does not answer at once, or has none. */
  async ask(tenant: Place): Promise<bigint | undefined> {
    if (!isKept(tenant.status)) return undefined;
    const { id } = tenant;
    if (!this.reading.has(id) && this.reading.size >= mostAtOnce) return undefined;
    const reading = this.reading.get(id) ?? this.read(tenant).finally(() => this.reading.delete(id));
    this.reading.set(id, reading);
    return Promise.race([reading, sleep(patienceMs, undefined, { ref: false })]);
  }

  /** The tenants that store the most, by the last known figures. */
  async top(limit: number): Promise<{ tenantId: string; count: number }[]> {
    const rows = await this.control.client.tenantStorage.findMany({
      where: { bytes: { gt: 0 } },
      orderBy: [{ bytes: 'desc' }, { tenantId: 'asc' }],
      take: limit,
    });
    return rows.map(({ tenantId, bytes }) => ({ tenantId, count: Number(bytes) }));
  }

  private async read({ id, serverId, databaseName, storage }: Place): Promise<bigint | undefined> {
    try {
      const [row] = await this.servers.breaker.run(serverId, async () => {
        const client = await (await this.servers.server(serverId)).connect(databaseName, statementMs);
        try {
          const { rows } = await client.query<{ bytes: string; revision: string }>(
            'SELECT "bytes"::text, "revision"::text FROM "StorageUsage"',
          );
          return rows;
        } finally {
          await client.end();
        }
      });
      if (row === undefined) return undefined;
      const known = { bytes: BigInt(row.bytes), revision: BigInt(row.revision) };
      if (storage?.revision === known.revision) return known.bytes; // Most reads: nothing is to be written.
      await this.control.client.tenantStorage.upsert({
        where: { tenantId: id },
        create: { tenantId: id, ...known },
        update: { ...known, toldAt: new Date() },
      });
      return known.bytes;
    } catch (error) {
      this.log.warn({ msg: `A tenant was not asked what it stores: ${describeFailure(error)}`, tenantId: id });
      return undefined;
    }
  }
}
