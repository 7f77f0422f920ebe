import { ControlDatabase } from '@helpdeskly/catalog';
import type { ControlConfig } from '@helpdeskly/config';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { controlConfig } from '../configuration/tokens.js';
import { isServed } from '../tenant-status/tenant-policy.js';

/** Within this time, in milliseconds, every tenant must have a turn. */
export const roundMs = 3_600_000;
/** A round is planned to end a little earlier. */
const plannedRoundMs = roundMs * 0.75;
const leastTurns = 5;

/** A tenant whose role the probe tries. */
export interface Probed {
  readonly id: string;
  readonly slug: string;
  readonly serverId: string;
  readonly databaseName: string;
  readonly roleName: string;
  readonly roleSecret: string;
}

/**
 * How a turn ended. TRIED: everything was tried. REFUSED: the role cannot log in, or cannot do what serving its
 * tenant requires. UNDECIDED: something was neither allowed nor refused. FULL: the role had no room for another session.
 */
export type TurnEnd =
  { readonly state: 'TRIED' | 'FULL' } | { readonly state: 'REFUSED' | 'UNDECIDED'; readonly reason: string };

/** The turns of ACTIVE tenants whose role could not sign in. */
export const lockedOutTurns = { refusedSince: { not: null }, tenant: { status: { in: isServed.statuses } } };
/** The turns of ACTIVE tenants without a result. */
export const undecidedTurns = { error: { not: null }, tenant: { status: { in: isServed.statuses } } };

/** How many of a server's tenants get a turn at once, so that all of them get one within a round. */
export function turnsAtOnce(tenants: number, intervalMs: number): number {
  const looks = Math.max(1, Math.floor(plannedRoundMs / Math.max(1, intervalMs)));
  return intervalMs === 0 ? tenants : Math.max(leastTurns, Math.ceil(tenants / looks));
}

/** Which tenants are next, and how each one's last turn ended, in the control database. */
@Injectable()
export class IsolationTurns {
  private readonly log = new Logger('IsolationProbe');

  constructor(
    private readonly control: ControlDatabase,
    @Inject(controlConfig) private readonly config: ControlConfig,
  ) {}

  /**
   * The tenants that could do what they must not, or could not log in, and those whose last attempt is the oldest. Among all of these the
   * longest untried is first, so that a tenant without any progress is behind all others the next time.
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

  /** Records how a turn ended, unless the role no longer belongs to the tenant or must not log in. */
  async end({ id, slug, roleName }: Probed, end: TurnEnd): Promise<void> {
    const reason = end.state === 'REFUSED' ? end.reason : null;
    const error = end.state === 'UNDECIDED' ? end.reason : null;
    const decided = end.state === 'TRIED' || end.state === 'REFUSED';
    // A turn that was FULL, or that logged in and then had no result, tells nothing new.
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
