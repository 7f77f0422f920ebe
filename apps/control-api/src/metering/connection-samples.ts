import { ControlDatabase } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import { Injectable, Logger } from '@nestjs/common';
import { ControlLocks } from '../locks/control-locks.js';
import { ServerConnections } from '../server-connections/server-connections.js';

interface Sample {
  /** 32 hexadecimal digits: a UUID to PostgreSQL. */
  readonly tenant: string;
  readonly count: number;
}

/** Samples the connections of tenants' roles on every server; of each day the highest sample is kept. */
@Injectable()
export class ConnectionSamples {
  private readonly log = new Logger('ConnectionSamples');

  constructor(
    private readonly control: ControlDatabase,
    private readonly servers: ServerConnections,
    private readonly locks: ControlLocks,
  ) {}

  /** Does nothing if another process is doing it. A server that is away does not delay the others. */
  async run(): Promise<void> {
    await this.locks.tryHold('helpdeskly', 'connection samples', async () => {
      for (const id of await this.servers.ids('ACTIVE', 'DRAINING')) {
        try {
          await this.keep(await this.sample(id));
        } catch (error) {
          this.log.warn(`The connections on the server ${id} were not counted: ${describeFailure(error)}`);
        }
      }
    });
  }

  /** Both roles of a tenant together: while its credentials are rotated it has two. */
  private async sample(serverId: string): Promise<Sample[]> {
    const { brief } = await this.servers.server(serverId);
    const { rows } = await brief.query<Sample>(
      `SELECT substr(usename, 3, 32) AS tenant, count(*)::int AS count
         FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND usename ~ '^t_[0-9a-f]{32}_[ab]$'
        GROUP BY 1`,
    );
    return rows;
  }

  private async keep(samples: readonly Sample[]): Promise<void> {
    if (samples.length === 0) return;
    await this.control.client.$executeRaw`
      INSERT INTO "TenantDay" AS known ("tenantId", "day", "peakConnections")
      SELECT t."id", (now() AT TIME ZONE 'UTC')::date, s."count"
        FROM unnest(${samples.map(({ tenant }) => tenant)}::uuid[], ${samples.map(({ count }) => count)}::int[]) s ("id", "count")
        JOIN "Tenant" t ON t."id" = s."id"
       ORDER BY t."id"
      ON CONFLICT ("tenantId", "day") DO UPDATE SET "peakConnections" = excluded."peakConnections"
       WHERE known."peakConnections" < excluded."peakConnections"`;
  }
}
