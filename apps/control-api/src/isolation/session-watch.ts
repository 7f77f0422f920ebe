import { Logger } from '@nestjs/common';
import { Counter, type Registry } from 'prom-client';
import { ServerConnections } from '../database-servers/server-connections.js';
import type { TenantServer } from '../database-servers/tenant-server.js';
import { ControlLocks } from '../locks/control-locks.js';
import { describeFailure } from '../provisioning/failure.js';

/** What a tenant's session may not do for long: run a statement, keep a transaction open, listen. */
const reasons = ['statement', 'transaction', 'listen'] as const;
export type WatchReason = (typeof reasons)[number];

/** Times in milliseconds. */
export interface WatchLimits {
  /** Longer than the statement_timeout of tenants' roles, which they may turn off themselves. */
  readonly statementMs: number;
  /** Longer than any transaction of app-api takes. */
  readonly transactionMs: number;
  /** How full the server's queue of notifications may be, 0 to 1, before transactions are ended as early as statements. */
  readonly queueUsage: number;
}

interface Ended {
  readonly reason: WatchReason;
  readonly role: string;
  readonly ended: boolean;
}

/**
 * Sessions of tenants' roles that have outlived a limit. PostgreSQL's own limits bind nobody who may SET them; whoever listens in
 * an open transaction keeps the whole server's notifications. app-api never listens as a tenant.
 * Source: https://www.postgresql.org/docs/18/sql-notify.html, "Notes".
 */
const endLongSessions = `
  WITH watched AS (
    SELECT pid, usename,
           CASE WHEN state = 'active' AND clock_timestamp() - query_start > make_interval(secs => $1::float8 / 1000) THEN 'statement'
                WHEN clock_timestamp() - xact_start > make_interval(secs =>
                       CASE WHEN pg_notification_queue_usage() > $3::float8 THEN $1::float8 ELSE $2::float8 END / 1000) THEN 'transaction'
                WHEN query ~* '^\\s*LISTEN\\M' AND clock_timestamp() - state_change > make_interval(secs => $1::float8 / 1000) THEN 'listen'
           END AS reason
      FROM pg_stat_activity
     WHERE backend_type = 'client backend' AND usename ~ '^t_[0-9a-f]{32}_[ab]$')
  SELECT reason, usename AS role, pg_terminate_backend(pid) AS ended FROM watched WHERE reason IS NOT NULL`;

/** Ends sessions of tenants' roles that have taken longer than anything that the product does, on every server. */
export class SessionWatch {
  private readonly log = new Logger('SessionWatch');
  private readonly sessions: Counter<'reason'>;

  constructor(
    private readonly servers: ServerConnections,
    private readonly locks: ControlLocks,
    private readonly limits: WatchLimits,
    registry: Registry,
  ) {
    this.sessions = new Counter({
      name: 'helpdeskly_tenant_sessions_ended_total',
      help: 'Sessions of tenants’ roles that were ended because they took too long',
      labelNames: ['reason'],
      registers: [registry],
    });
    for (const reason of reasons) this.sessions.inc({ reason }, 0);
  }

  /** Nothing when another process is at it. A server that is away keeps nobody from watching the others. */
  async run(): Promise<void> {
    await this.locks.tryHold('helpdeskly', 'session watch', async () => {
      for (const id of await this.servers.ids('ACTIVE', 'DRAINING')) {
        try {
          await this.watch(await this.servers.server(id));
        } catch (error) {
          this.log.warn(`The sessions on the server ${id} could not be watched: ${describeFailure(error)}`);
        }
      }
    });
  }

  private async watch({ brief }: TenantServer): Promise<void> {
    const { statementMs, transactionMs, queueUsage } = this.limits;
    const { rows } = await brief.query<Ended>(endLongSessions, [statementMs, transactionMs, queueUsage]);
    for (const { reason, role } of rows.filter(({ ended }) => ended)) {
      this.sessions.inc({ reason });
      this.log.error({ msg: `A session of a tenant was ended: its ${reason} took too long`, role });
    }
  }
}
