import { ControlDatabase, Secrets } from '@helpdeskly/catalog';
import { Connection, endingAfter, sqlState } from '@helpdeskly/database';
import { Logger } from '@nestjs/common';
import type { Client } from 'pg';
import { ServerConnections } from '../database-servers/server-connections.js';
import type { LoginRole, TenantServer } from '../database-servers/tenant-server.js';
import { ControlLocks } from '../locks/control-locks.js';
import { describeFailure } from '../provisioning/failure.js';
import type { TemplateDatabases } from '../tenant-databases/template-database.js';
import { closed, tryDatabases, tryPrivileges, type AttemptName, type Outcome } from './attempts.js';

/** Nobody is left out for longer, in milliseconds. */
export const roundMs = 3_600_000;
/** A round is planned to end with some of that to spare. */
const plannedRoundMs = roundMs * 0.75;
const leastTurns = 5;
const patience = { connectionTimeoutMillis: 5000, ...endingAfter(5000) } as const;

interface Probed {
  readonly id: string;
  readonly slug: string;
  readonly serverId: string;
  readonly databaseName: string;
  readonly roleName: string;
  readonly roleSecret: string;
}

/** The turns of ACTIVE tenants whose role could not sign in. */
export const lockedOutTurns = { refusedSince: { not: null }, tenant: { status: 'ACTIVE' } } as const;

/** How many of a server's tenants have their turn at one look, so that all of them have had one within a round. */
export function turnsAtOnce(tenants: number, intervalMs: number): number {
  const looks = Math.max(1, Math.floor(plannedRoundMs / Math.max(1, intervalMs)));
  return intervalMs === 0 ? tenants : Math.max(leastTurns, Math.ceil(tenants / looks));
}

/**
 * Signs in as every tenant's role in turn and tries what isolation forbids: other tenants' databases, the control database, the
 * template, DDL, other roles. What is not refused is a breach, and is tried again at each look until it is; so is a role that
 * cannot sign in although its tenant is ACTIVE.
 */
export class IsolationProbe {
  private readonly log = new Logger('IsolationProbe');

  constructor(
    private readonly control: ControlDatabase,
    private readonly secrets: Secrets,
    private readonly servers: ServerConnections,
    private readonly locks: ControlLocks,
    private readonly templates: TemplateDatabases,
    private readonly controlDatabaseUrl: string,
    private readonly intervalMs: number,
  ) {}

  /** Nothing when another process is at it. A server that is away keeps nobody from probing the others. */
  async run(): Promise<void> {
    await this.locks.tryHold('helpdeskly', 'isolation', async () => {
      for (const serverId of await this.servers.ids('ACTIVE', 'DRAINING')) {
        try {
          await this.probe(serverId);
        } catch (error) {
          const reason = describeFailure(error);
          this.log.warn(`The server ${serverId} could not be probed: ${reason}`);
          const data = { error: reason };
          await this.control.client.isolationCheck.upsert({
            where: { serverId },
            create: { serverId, ...data },
            update: data,
          });
        }
      }
    });
  }

  private async probe(serverId: string): Promise<void> {
    const server = await this.servers.server(serverId);
    const { name: template } = await this.templates.ensure(server);
    const outcomes: Outcome[] = [];
    let error: string | null = null;
    for (const tenant of await this.sample(serverId)) {
      try {
        const outcome = await this.tryAs(tenant, server, template);
        if (outcome !== undefined) outcomes.push(outcome);
      } catch (failure) {
        error = `${tenant.slug}: ${describeFailure(failure)}`; // Keeps nobody from trying the others.
        this.log.warn({ msg: `A tenant could not be probed: ${error}`, tenant: tenant.slug, tenantId: tenant.id });
      }
    }
    const data = {
      checkedAt: new Date(),
      tenants: outcomes.length,
      attempts: outcomes.reduce((sum, { attempts }) => sum + attempts, 0),
      error,
    };
    await this.control.client.isolationCheck.upsert({
      where: { serverId },
      create: { serverId, ...data },
      update: data,
    });
  }

  /** Undefined for a tenant that is not let in itself just now: locked out, being rotated or suspended, or at its limit. */
  private async tryAs(tenant: Probed, server: TenantServer, template: string): Promise<Outcome | undefined> {
    const user = { name: tenant.roleName, password: this.secrets.open(tenant.roleSecret, tenant.id) };
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
    databases.delete(this.controlDatabase);
    const own = await connect(tenant.databaseName).catch(async (error: unknown) => {
      if (closed.has(sqlState(error) ?? '')) await this.endTurn(tenant, describeFailure(error));
      else if (sqlState(error) === '53300')
        await this.endTurn(tenant); // too_many_connections: it would be let in.
      else throw error;
      return undefined;
    });
    if (own === undefined) return undefined;
    await this.endTurn(tenant);
    // That connection ends before the next is tried: the role's limit may be one.
    const privileges = await tryPrivileges(own, tenant.databaseName, [...roles]).finally(() => own.end());
    await this.record(tenant, privileges, { not: 'connect' });
    const connects = [
      await tryDatabases([...databases], connect),
      await tryDatabases([this.controlDatabase], () => this.connectToControl(user)),
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

  /** Those that could do what they should not, those that could not sign in, and then whose last turn is longest ago. */
  private async sample(serverId: string): Promise<Probed[]> {
    const tenants = await this.control.client.tenant.count({ where: { serverId, status: 'ACTIVE' } });
    return this.control.client.$queryRaw<Probed[]>`
      WITH urgent AS (SELECT DISTINCT "tenantId" AS "id" FROM "IsolationBreach"
                      UNION SELECT "tenantId" FROM "IsolationTurn" WHERE "refusedSince" IS NOT NULL)
      SELECT t."id"::text AS "id", "slug", "serverId"::text AS "serverId", "databaseName", "roleName", "roleSecret"
        FROM "Tenant" t LEFT JOIN "IsolationTurn" turn ON turn."tenantId" = t."id"
       WHERE "serverId" = ${serverId}::uuid AND "status" = 'ACTIVE'
       ORDER BY t."id" IN (SELECT "id" FROM urgent) DESC, turn."triedAt" NULLS FIRST, random()
       LIMIT ${turnsAtOnce(tenants, this.intervalMs)} + (SELECT count(*) FROM urgent)`;
  }

  /** Writes down whether the role could sign in; one that is no longer the tenant's, or should not be let in, says nothing. */
  private async endTurn({ id, slug, roleName }: Probed, reason: string | null = null): Promise<void> {
    const noted = await this.control.client.$executeRaw`
      INSERT INTO "IsolationTurn" AS turn ("tenantId", "triedAt", "refusedSince", "reason")
      SELECT "id", clock_timestamp(), CASE WHEN ${reason}::text IS NOT NULL THEN clock_timestamp() END, ${reason}
        FROM "Tenant" WHERE "id" = ${id}::uuid AND "status" = 'ACTIVE' AND "accessOpen" AND "roleName" = ${roleName}
      ON CONFLICT ("tenantId") DO UPDATE
         SET "triedAt" = EXCLUDED."triedAt", "reason" = EXCLUDED."reason",
             "refusedSince" = CASE WHEN EXCLUDED."refusedSince" IS NOT NULL
                                   THEN coalesce(turn."refusedSince", EXCLUDED."refusedSince") END`;
    if (reason !== null && noted === 1)
      this.log.error({ msg: `A tenant's role cannot sign in: ${reason}`, tenant: slug, tenantId: id });
  }

  private neighboursOf({ id, serverId }: Probed): Promise<Pick<Probed, 'databaseName' | 'roleName'>[]> {
    return this.control.client.$queryRaw`
      SELECT "databaseName", "roleName" FROM "Tenant"
       WHERE "serverId" = ${serverId}::uuid AND "status" = 'ACTIVE' AND "id" <> ${id}::uuid
       ORDER BY random() LIMIT 1`;
  }

  /** What was known of `attempt` and is no breach any more goes, unless its target is `unknown`. */
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

  private get controlDatabase(): string {
    return decodeURIComponent(new URL(this.controlDatabaseUrl).pathname.slice(1));
  }

  /** Where that is; on a server of its own, the role is a stranger there. */
  private async connectToControl({ name, password }: LoginRole): Promise<Client> {
    const url = new URL(this.controlDatabaseUrl);
    url.username = encodeURIComponent(name);
    url.password = encodeURIComponent(password);
    const client = new Connection({ connectionString: url.href, ...patience });
    client.on('error', () => undefined); // The query that it interrupts throws.
    await client.connect();
    return client;
  }
}
