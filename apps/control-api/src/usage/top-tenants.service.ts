import { ControlDatabase, ChannelListener, decodeStored, decodeUsage, usageChannel } from '@helpdeskly/catalog';
import type { ControlConfig } from '@helpdeskly/config';
import { describeFailure } from '@helpdeskly/database';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { controlConfig } from '../configuration/tokens.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import { sessionsOf } from '../server-connections/server-sessions.js';
import { TenantStorage } from './tenant-storage.js';
import type { TopTenantsDto, TopTenantsQuery } from './top-tenants.dto.js';
import { UsageWindow, windowMs } from './usage-window.js';

type Counts = readonly { readonly tenantId: string; readonly count: number }[];

/** Finds the busiest tenants: from app-api's reports of requests and files, and from PostgreSQL's sessions. */
@Injectable()
export class TopTenants implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('TopTenants');
  private readonly window = new UsageWindow();
  private readonly listener: ChannelListener;
  private since = new Date();

  constructor(
    private readonly control: ControlDatabase,
    private readonly servers: ServerConnections,
    private readonly storage: TenantStorage,
    @Inject(controlConfig) { controlDatabaseUrl }: ControlConfig,
  ) {
    this.listener = new ChannelListener(controlDatabaseUrl, usageChannel, {
      listening: () => (this.since = new Date()), // Earlier reports were missed.
      deaf: () => undefined,
      notified: (payload) => {
        this.window.add(decodeUsage(payload));
        void this.storage.hear(decodeStored(payload));
      },
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.listener.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.listener.close();
  }

  async find({ by = 'requests', limit = 10 }: TopTenantsQuery): Promise<TopTenantsDto> {
    const { counts, unreachableServers = [] } = await this.counts(by, limit);
    const isNow = by === 'connections' || by === 'storage';
    return {
      data: await this.named(counts),
      meta: {
        by,
        limit,
        windowSeconds: isNow ? 0 : windowMs / 1000,
        since: (isNow ? new Date() : this.since).toISOString(),
        unreachableServers,
      },
    };
  }

  private async counts(
    by: NonNullable<TopTenantsQuery['by']>,
    limit: number,
  ): Promise<{ counts: Counts; unreachableServers?: string[] }> {
    if (by === 'connections') return this.connections(limit);
    return { counts: by === 'storage' ? await this.storage.top(limit) : this.window.top(by, limit) };
  }

  /** Omits tenants that have been purged since. */
  private async named(counts: Counts): Promise<TopTenantsDto['data']> {
    const ids = counts.map(({ tenantId }) => tenantId);
    const select = { id: true, slug: true, name: true, status: true } as const;
    const rows = await this.control.client.tenant.findMany({ where: { id: { in: ids } }, select });
    const tenants = new Map(rows.map((row) => [row.id, row]));
    return counts.flatMap(({ tenantId, count }) => {
      const tenant = tenants.get(tenantId);
      return tenant === undefined ? [] : [{ tenant, count }];
    });
  }

  private async connections(limit: number): Promise<{ counts: Counts; unreachableServers: string[] }> {
    const servers = await this.control.client.databaseServer.findMany({ select: { id: true } });
    const unreachableServers: string[] = [];
    const sessions = new Map<string, number>();
    await Promise.all(
      servers.map(async ({ id }) => {
        try {
          const { byDatabase } = await sessionsOf(await this.servers.server(id));
          for (const [database, count] of byDatabase) sessions.set(database, count);
        } catch (error) {
          this.log.warn(`Server ${id} cannot be asked for its sessions: ${describeFailure(error)}`);
          unreachableServers.push(id);
        }
      }),
    );
    // A server may hold others' databases with such names: only tenants are listed.
    const rows = await this.control.client.tenant.findMany({
      where: { databaseName: { in: [...sessions.keys()] } },
      select: { id: true, databaseName: true },
    });
    const counts = rows
      .map(({ id, databaseName }) => ({ tenantId: id, count: sessions.get(databaseName) ?? 0 }))
      .sort((a, b) => b.count - a.count)
      .slice(0, limit);
    return { counts, unreachableServers };
  }
}
