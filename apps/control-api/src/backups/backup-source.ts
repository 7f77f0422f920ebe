import { Pace, type Connect } from '@helpdeskly/archive';
import type { Tenant } from '@helpdeskly/catalog';
import { Periodic } from '@helpdeskly/queue';
import type { BlobStore } from '@helpdeskly/storage';
import { Injectable, Logger } from '@nestjs/common';
import { ServerConnections } from '../server-connections/server-connections.js';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { TenantFiles } from '../tenant-databases/tenant-files.js';

/** The rate while the server serves, in bytes a second: measured, others then hardly wait longer than without a backup. */
const politeRate = 30_000_000;
/** Transactions a second from which on a server serves; our own and the control plane's watches make fewer. */
const servingRate = 100;
const lookMs = 1000;

/** What a backup is made from. */
export interface BackupSource {
  /** A direct connection to the tenant's database. */
  readonly connect: Connect;
  /** The storage of attachments; undefined if there is none. */
  readonly store: BlobStore | undefined;
  readonly pace: Pace;
}

/** Opens tenants' databases and files for backups. */
@Injectable()
export class BackupSources {
  private readonly log = new Logger('BackupSources');

  constructor(
    private readonly servers: ServerConnections,
    private readonly files: TenantFiles,
  ) {}

  /** Throws at once or within seconds if the tenant's server does not answer. */
  async reach({ serverId }: Tenant): Promise<void> {
    await this.servers.reach(serverId);
  }

  /** Runs `work`, as fast as the server's other work allows. Throws what `work` throws. */
  async during<T>({ serverId, databaseName }: Tenant, work: (source: BackupSource) => Promise<T>): Promise<T> {
    return this.servers.breaker.beside(serverId, async () => {
      const server = await this.servers.server(serverId);
      const load = new ServerLoad(server);
      const watch = new Periodic(lookMs, () => load.look(), this.log);
      watch.start();
      try {
        const pace = new Pace(() => (load.isServing ? politeRate : undefined));
        return await work({ connect: () => server.connectToCopy(databaseName), store: this.files.store, pace });
      } finally {
        await watch.stop();
      }
    });
  }
}

/** Whether a server has other work. */
class ServerLoad {
  isServing = false;
  private before: { readonly transactions: number; readonly at: number } | undefined;

  constructor(private readonly server: TenantServer) {}

  async look(): Promise<void> {
    const { rows } = await this.server.brief.query<{ transactions: string }>(
      'SELECT sum(xact_commit + xact_rollback)::text AS transactions FROM pg_stat_database',
    );
    const now = { transactions: Number(rows[0]?.transactions), at: performance.now() };
    const { before } = this;
    this.before = now;
    if (before === undefined) return;
    const rate = ((now.transactions - before.transactions) * 1000) / (now.at - before.at);
    this.isServing = rate >= servingRate;
  }
}
