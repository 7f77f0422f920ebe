import { describeFailure } from '@helpdeskly/database';
import { Injectable, Logger } from '@nestjs/common';
import { ServerConnections } from '../server-connections/server-connections.js';
import type { LoginRole } from '../server-connections/tenant-server.js';
import { grammarStates } from './fleet-statement.js';
import { connectionLimit, SupportLogins } from './support-logins.js';
import { TenantQuery, type FleetOrder, type FleetTenant, type TenantAnswer } from './tenant-query.js';

/** How long a whole query may take, and how many bytes it may find. */
const longestMs = 120_000;
const mostBytes = 16 * 1024 * 1024;
/** Tenants in a row that cannot be reached, after which their server is left alone. */
const patience = 3;

/** One query over all of its tenants: a lane for each server, as wide as support may have connections there. */
@Injectable()
export class FleetLanes {
  private readonly log = new Logger('FleetLanes');

  constructor(
    private readonly servers: ServerConnections,
    private readonly logins: SupportLogins,
    private readonly query: TenantQuery,
  ) {}

  /** By tenant; those that were not asked are left out. */
  async ask(
    order: FleetOrder,
    tenants: readonly FleetTenant[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, TenantAnswer>> {
    const work = new Work(order, AbortSignal.any([signal, AbortSignal.timeout(longestMs)]));
    const lanes = new Map<string, FleetTenant[]>();
    for (const tenant of tenants) lanes.set(tenant.serverId, [...(lanes.get(tenant.serverId) ?? []), tenant]);
    await Promise.all([...lanes].map(([serverId, waiting]) => this.lane(work, serverId, waiting)));
    return work.answers;
  }

  private async lane(work: Work, serverId: string, tenants: readonly FleetTenant[]): Promise<void> {
    try {
      const server = await this.servers.server(serverId);
      await this.logins.during(server, (login) => this.drain(work, login, [...tenants]));
    } catch (error) {
      this.log.warn(`A fleet query could not ask the server ${serverId}: ${describeFailure(error)}`);
      for (const { id } of tenants) if (!work.answers.has(id)) work.answers.set(id, unreachable);
    }
  }

  /** The first tenant alone: what is no statement is asked of no other. */
  private async drain(work: Work, login: LoginRole, waiting: FleetTenant[]): Promise<void> {
    let away = 0;
    const next = async (): Promise<boolean> => {
      if (work.isOver) return false;
      const tenant = waiting.shift();
      if (tenant === undefined) return false;
      const answer = away < patience ? await this.query.ask(work.order, login, tenant) : unreachable;
      away = answer.error?.code === 'tenant_database_unavailable' ? away + 1 : 0;
      work.take(tenant.id, answer);
      return true;
    };
    await next();
    await Promise.all(
      Array.from({ length: connectionLimit }, async () => {
        while (await next());
      }),
    );
  }
}

/** What a query has found so far. */
class Work {
  readonly answers = new Map<string, TenantAnswer>();
  private bytes = 0;
  private isMalformed = false;

  constructor(
    readonly order: FleetOrder,
    private readonly signal: AbortSignal,
  ) {}

  get isOver(): boolean {
    return this.signal.aborted || this.bytes > mostBytes || this.isMalformed;
  }

  take(tenantId: string, answer: TenantAnswer): void {
    this.answers.set(tenantId, answer);
    for (const row of answer.rows) this.bytes += Buffer.byteLength(row);
    this.bytes += Buffer.byteLength(answer.error?.message ?? '');
    if (grammarStates.includes(answer.error?.sqlState ?? '')) this.isMalformed = true;
  }
}

const unreachable: TenantAnswer = {
  rows: [],
  truncated: false,
  durationMs: 0,
  error: { code: 'tenant_database_unavailable', sqlState: null, message: 'The database server cannot be reached.' },
};
