import { describeFailure } from '@helpdeskly/database';
import { Logger } from '@nestjs/common';
import { Counter, type Registry } from 'prom-client';
import { ServerConnections } from '../server-connections/server-connections.js';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { ControlLocks } from '../locks/control-locks.js';

/**
 * Why the watch ends a tenant's session: its statement or its transaction takes too long; it holds the lock of
 * migrations or waits for it; the queue of notifications fills while it is there; it does not have app-api's name; it is older than
 * app-api's sessions get.
 */
const reasons = ['statement', 'transaction', 'lock', 'queue', 'stranger', 'age'] as const;
export type WatchReason = (typeof reasons)[number];

/** Times in milliseconds. */
export interface WatchLimits {
  /** Longer than the statement_timeout of tenants' roles, which they can turn off themselves. */
  readonly statementMs: number;
  /** Longer than any transaction of app-api. */
  readonly transactionMs: number;
  /** Longer than the control plane needs a session as a tenant's role. */
  readonly strangerMs: number;
  /** Longer than any connection of app-api, or of a pooler, lives. */
  readonly ageMs: number;
  /** How full the server's queue of notifications may be, from 0 to 1. */
  readonly queueUsage: number;
}

interface Ended {
  readonly reason: WatchReason;
  readonly role: string;
  readonly ended: boolean;
}

/** The key of the advisory lock for migrations of a tenant's database: Prisma's own, as libs/migrator takes it. */
const migrationLock = 72707369;

/**
 * Sessions of tenants' roles that exceed a limit, by what only the server knows. A session can hide what it did behind a later
 * query, and PostgreSQL does not show which sessions listen. PostgreSQL's own limits do not bind a role that may SET them. A session
 * that listens and does not read blocks the whole server's notifications; app-api never listens as a tenant.
 * Source: https://www.postgresql.org/docs/18/sql-notify.html, "Notes".
 */
const endLongSessions = `
  WITH watched AS (
    SELECT pid, usename,
           CASE WHEN state = 'active' AND clock_timestamp() - query_start > ${interval('$1')} THEN 'statement'
                WHEN clock_timestamp() - xact_start > ${interval('$2')} THEN 'transaction'
                WHEN EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory'
                                AND l.classid = 0 AND l.objid = ${migrationLock}) THEN 'lock'
                WHEN pg_notification_queue_usage() > $5::float8
                     AND clock_timestamp() - backend_start > ${interval('$1')} THEN 'queue'
                WHEN application_name NOT LIKE 'helpdeskly-app%'
                     AND clock_timestamp() - backend_start > ${interval('$3')} THEN 'stranger'
                WHEN clock_timestamp() - backend_start > ${interval('$4')} THEN 'age'
           END AS reason
      FROM pg_stat_activity a
     WHERE backend_type = 'client backend' AND usename ~ '^t_[0-9a-f]{32}_[ab]$')
  SELECT reason, usename AS role, pg_terminate_backend(pid) AS ended FROM watched WHERE reason IS NOT NULL`;

function interval(milliseconds: string): string {
  return `make_interval(secs => ${milliseconds}::float8 / 1000)`;
}

/** Ends sessions of tenants' roles, on every server, that do what the product never does, or for longer than it ever does. */
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
      help: 'Sessions of tenants’ roles that were ended because they did what app-api never does, or for too long',
      labelNames: ['reason'],
      registers: [registry],
    });
    for (const reason of reasons) this.sessions.inc({ reason }, 0);
  }

  /** Does nothing if another process is doing it. A server that is away does not delay the others. */
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
    const { statementMs, transactionMs, strangerMs, ageMs, queueUsage } = this.limits;
    const limits = [statementMs, transactionMs, strangerMs, ageMs, queueUsage];
    const { rows } = await brief.query<Ended>(endLongSessions, limits);
    for (const { reason, role } of rows.filter(({ ended }) => ended)) {
      this.sessions.inc({ reason });
      this.log.error({ msg: `A session of a tenant was ended: ${reason}`, role });
    }
  }
}
