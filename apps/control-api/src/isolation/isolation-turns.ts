import { ControlDatabase } from '@helpdeskly/catalog';
import type { ControlConfig } from '@helpdeskly/config';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { controlConfig } from '../configuration/tokens.js';
import { isServed } from '../tenant-status/tenant-policy.js';

/** Nobody is left out for longer, in milliseconds. */
export const roundMs = 3_600_000;
/** A round is planned to end with some of that to spare. */
const plannedRoundMs = roundMs * 0.75;
const leastTurns = 5;

/** A tenant whose role is tried. */
export interface Probed {
  readonly id: string;
  readonly slug: string;
  readonly serverId: string;
  readonly databaseName: string;
  readonly roleName: string;
  readonly roleSecret: string;
}

/**
 * How a turn ended: TRIED, all that is to be tried was; REFUSED, the role cannot sign in, or cannot do what it serves its
 * tenant by; UNDECIDED, something could be neither allowed nor refused; FULL, no room for another session of the role.
 */
export type TurnEnd =
  { readonly state: 'TRIED' | 'FULL' } | { readonly state: 'REFUSED' | 'UNDECIDED'; readonly reason: string };

/** The turns of ACTIVE tenants whose role could not sign in. */
export const lockedOutTurns = { refusedSince: { not: null }, tenant: { status: { in: isServed.statuses } } };
/** The turns of ACTIVE tenants that came to no verdict. */
export const undecidedTurns = { error: { not: null }, tenant: { status: { in: isServed.statuses } } };

/** How many of a server's tenants have their turn at one look, so that all of them have had one within a round. */
export function turnsAtOnce(tenants: number, intervalMs: number): number {
  const looks = Math.max(1, Math.floor(plannedRoundMs / Math.max(1, intervalMs)));
  return intervalMs === 0 ? tenants : Math.max(leastTurns, Math.ceil(tenants / looks));
}

/** Whose turn it is to be probed, and how the last one of each ended, in the control database. */
@Injectable()
export class IsolationTurns {
  private readonly log = new Logger('IsolationProbe');

  constructor(
    private readonly control: ControlDatabase,
    @Inject(controlConfig) private readonly config: ControlConfig,
  ) {}

  /**
   * Those that could do what they should not, or could not sign in, and those whose last attempt is longest ago; of all these the
   * longest untried first, so that one with which nothing gets ahead is behind everybody else the next time.
   */
  async next(serverId: string): Promise<Probed[]> {
    const tenants = await this.control.client.tenant.count({ where: { serverId, status: { in: isServed.statuses } } });
    return this.control.client.$queryRaw<Probed[]>`
      WITH urgent AS (SELECT DISTINCT "tenantId" AS "id" FROM "IsolationBreach"
                      UNION SELECT "tenantId" FROM "IsolationTurn" WHERE "refusedSince" IS NOT NULL),
           chosen AS (SELECT t.*, turn."attemptedAt"
                        FROM "Tenant" t LEFT JOIN "IsolationTurn" turn ON turn."tenantId" = t."id"
                       WHERE "serverId" = ${serverId}::uuid AND "status" = ANY (${isServed.statuses}::text[]::"TenantStatus"[])
                       ORDER BY t."id" IN (SELECT "id" FROM urgent) DESC, turn."attemptedAt" NULLS FIRST, random()
                       LIMIT ${turnsAtOnce(tenants, this.config.isolationProbeIntervalMs)} + (SELECT count(*) FROM urgent))
      SELECT "id"::text AS "id", "slug", "serverId"::text AS "serverId", "databaseName", "roleName", "roleSecret"
        FROM chosen ORDER BY "attemptedAt" NULLS FIRST, random()`;
  }

  /** Writes down how a turn ended; a role that is no longer the tenant's, or should not be let in, says nothing. */
  async end({ id, slug, roleName }: Probed, end: TurnEnd): Promise<void> {
    const reason = end.state === 'REFUSED' ? end.reason : null;
    const error = end.state === 'UNDECIDED' ? end.reason : null;
    const decided = end.state === 'TRIED' || end.state === 'REFUSED';
    // Of one that is full, or was let in and then came to no verdict, nothing is known that was not before.
    const keepsRefusal = end.state === 'FULL';
    const noted = await this.control.client.$executeRaw`
      INSERT INTO "IsolationTurn" AS turn ("tenantId", "attemptedAt", "triedAt", "refusedSince", "reason", "error")
      SELECT "id", clock_timestamp(), CASE WHEN ${decided} THEN clock_timestamp() END,
             CASE WHEN ${reason}::text IS NOT NULL THEN clock_timestamp() END, ${reason}, ${error}
        FROM "Tenant" WHERE "id" = ${id}::uuid AND "status" = ANY (${isServed.statuses}::text[]::"TenantStatus"[])
         AND "accessOpen" AND "roleName" = ${roleName}
      ON CONFLICT ("tenantId") DO UPDATE
         SET "attemptedAt" = EXCLUDED."attemptedAt",
             "triedAt" = coalesce(EXCLUDED."triedAt", turn."triedAt"),
             "error" = EXCLUDED."error",
             "reason" = CASE WHEN ${keepsRefusal} THEN turn."reason" ELSE EXCLUDED."reason" END,
             "refusedSince" = CASE WHEN ${keepsRefusal} THEN turn."refusedSince"
                                   WHEN EXCLUDED."refusedSince" IS NOT NULL
                                   THEN coalesce(turn."refusedSince", EXCLUDED."refusedSince") END`;
    if (noted === 0 || (reason ?? error) === null) return;
    const what = reason === null ? 'could not be probed' : 'cannot serve by its role';
    this.log[reason === null ? 'warn' : 'error']({
      msg: `A tenant ${what}: ${reason ?? error}`,
      tenant: slug,
      tenantId: id,
    });
  }
}
