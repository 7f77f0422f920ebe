import { ControlDatabase } from '@helpdeskly/catalog';
import { Injectable, Logger } from '@nestjs/common';
import type { Client } from 'pg';
import type { LoginRole, TenantServer } from '../server-connections/tenant-server.js';
import { isServed } from '../tenant-status/tenant-policy.js';
import { tryDatabases, tryPrivileges, type AttemptName, type Outcome } from './attempts.js';
import { ControlEntrance } from './control-entrance.js';
import type { Probed } from './isolation-turns.js';

/** Tries as a tenant's role what isolation forbids, and records what was not refused. */
@Injectable()
export class BreachSearch {
  private readonly log = new Logger('IsolationProbe');

  constructor(
    private readonly control: ControlDatabase,
    private readonly entrance: ControlEntrance,
  ) {}

  /** Finds what the role may do but must not. Ends `own`. */
  async run(tenant: Probed, user: LoginRole, own: Client, server: TenantServer, template: string): Promise<Outcome> {
    const connect = (database: string) => server.connectDirectlyAs(user, database);
    const known = await this.control.client.isolationBreach.findMany({ where: { tenantId: tenant.id } });
    const targets = (attempt: AttemptName) =>
      known.filter((one) => one.attempt === attempt).map(({ target }) => target);
    const neighbours = await this.neighboursOf(tenant);
    const roles = new Set([...neighbours.map(({ roleName }) => roleName), ...targets('become')]);
    const databases = new Set([
      ...[template, 'postgres', 'template1'],
      ...neighbours.map(({ databaseName }) => databaseName),
      ...targets('connect'),
    ]);
    databases.delete(this.entrance.database);
    // This connection ends before the next attempt: the role's limit may be one.
    const privileges = await tryPrivileges(own, tenant.databaseName, [...roles]).finally(() => own.end());
    await this.record(tenant, privileges, { not: 'connect' });
    const connects = [
      await tryDatabases([...databases], connect),
      await tryDatabases([this.entrance.database], () => this.entrance.connectAs(user)),
    ];
    const unknown = connects.flatMap((outcome) => outcome.unknown ?? []);
    const breaches = connects.flatMap((outcome) => outcome.breaches);
    await this.record(tenant, { breaches }, 'connect', unknown);
    const tried = [privileges, ...connects];
    return {
      attempts: tried.reduce((sum, { attempts }) => sum + attempts, 0),
      breaches: [...privileges.breaches, ...breaches],
    };
  }

  private neighboursOf({ id, serverId }: Probed): Promise<Pick<Probed, 'databaseName' | 'roleName'>[]> {
    return this.control.client.$queryRaw`
      SELECT "databaseName", "roleName" FROM "Tenant"
       WHERE "serverId" = ${serverId}::uuid AND "status" = ANY (${isServed.statuses}::text[]::"TenantStatus"[])
         AND "id" <> ${id}::uuid
       ORDER BY random() LIMIT 1`;
  }

  /** Deletes recorded breaches of `attempt` that are none any more, unless their target is `unknown`. */
  private async record(
    { id: tenantId, slug }: Probed,
    { breaches }: Pick<Outcome, 'breaches'>,
    attempt: AttemptName | { not: AttemptName },
    unknown: readonly string[] = [],
  ): Promise<void> {
    for (const { attempt, target } of breaches)
      this.log.error({ msg: `A tenant's role is not kept apart: ${attempt} ${target}`, tenant: slug, tenantId });
    const lastSeenAt = new Date();
    await this.control.transaction(async (tx) => {
      await tx.isolationBreach.deleteMany({
        where: { tenantId, attempt, target: { notIn: [...unknown] }, NOT: { OR: [...breaches] } },
      });
      for (const breach of breaches) {
        await tx.isolationBreach.upsert({
          where: { tenantId_attempt_target: { tenantId, ...breach } },
          create: { tenantId, ...breach },
          update: { lastSeenAt },
        });
      }
    });
  }
}
