import type { ControlConfig } from '@helpdeskly/config';
import type { Plan, Prisma } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { controlConfig } from '../configuration/tokens.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import { limitTenantRoles, type RoleLimit } from '../tenant-databases/tenant-role-limits.js';
import { limitsOfPlan, type Limits } from './limits.js';

interface Moved extends RoleLimit {
  readonly serverId: string;
  /** Whether its connection limit is another one now. */
  readonly connections: boolean;
}

/** Gives the tenants of a plan the limits of that plan. */
@Injectable()
export class PlanTenants {
  private readonly log = new Logger('PlanTenants');

  constructor(
    private readonly servers: ServerConnections,
    @Inject(controlConfig) private readonly config: ControlConfig,
  ) {}

  limitsOf(plan: Plan): Limits {
    return limitsOfPlan(plan, this.config.tenantRequestsPerMinute);
  }

  /**
   * Writes the plan's limits to its tenants, under the lock of plans. The commit tells every app-api. Connection limits are set in
   * PostgreSQL before the commit, so that no later change overtakes them; where a server does not answer, the reconciler sets them.
   * A plan that was `renamed` changes all of its tenants.
   */
  async settle(tx: Prisma.TransactionClient, plan: Plan, renamed = false): Promise<void> {
    const { maxConnections, requestsPerMinute, maxStorageBytes } = this.limitsOf(plan);
    const moved = await tx.$queryRaw<Moved[]>`
      UPDATE "Tenant" t
         SET "maxConnections" = n."maxConnections", "requestsPerMinute" = n."requestsPerMinute",
             "maxStorageBytes" = n."maxStorageBytes", "version" = t."version" + 1, "updatedAt" = clock_timestamp()
        FROM (SELECT b."id", b."maxConnections" AS "before",
                     coalesce(b."ownMaxConnections", ${maxConnections}::int) AS "maxConnections",
                     coalesce(b."ownRequestsPerMinute", ${requestsPerMinute}::int) AS "requestsPerMinute",
                     coalesce(b."ownStorageBytes", ${maxStorageBytes}::bigint) AS "maxStorageBytes"
                FROM "Tenant" b
               WHERE b."plan" = ${plan.name}
                 AND (${renamed}::boolean
                      OR (b."maxConnections", b."requestsPerMinute", b."maxStorageBytes")
                         <> (coalesce(b."ownMaxConnections", ${maxConnections}::int),
                             coalesce(b."ownRequestsPerMinute", ${requestsPerMinute}::int),
                             coalesce(b."ownStorageBytes", ${maxStorageBytes}::bigint)))
               ORDER BY b."id" FOR UPDATE) n
       WHERE t."id" = n."id"
      RETURNING t."serverId"::text AS "serverId", t."maxConnections", n."before" <> t."maxConnections" AS "connections",
                array_remove(ARRAY[t."roleName", t."nextRoleName", t."formerRoleName"], NULL) AS "roles"`;
    const byServer = new Map<string, RoleLimit[]>();
    for (const { serverId, connections, ...limit } of moved)
      if (connections) byServer.set(serverId, (byServer.get(serverId) ?? []).concat(limit));
    await Promise.all([...byServer].map(([serverId, limits]) => this.limit(serverId, limits)));
  }

  private async limit(serverId: string, limits: readonly RoleLimit[]): Promise<void> {
    try {
      const { brief } = await this.servers.server(serverId);
      await limitTenantRoles(brief, limits);
    } catch (error) {
      this.log.warn(`The connection limits of a plan wait for the reconciler: ${describeFailure(error)}`);
    }
  }
}
