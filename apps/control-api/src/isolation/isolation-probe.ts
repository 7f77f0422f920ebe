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

/** How many tenants of a server are tried at one look, beside those that are known to be open. */
const sampleSize = 5;
const patience = { connectionTimeoutMillis: 5000, ...endingAfter(5000) } as const;

interface Probed {
  readonly id: string;
  readonly slug: string;
  readonly serverId: string;
  readonly databaseName: string;
  readonly roleName: string;
  readonly roleSecret: string;
}

/**
 * Signs in as tenants' roles, each time others, and tries what isolation forbids: other tenants' databases, the control
 * database, the template, DDL, other roles. What is not refused is a breach, and is tried again at each look until it is.
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
    const template = await this.templates.ensure(server);
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

  /** Undefined for a tenant that is not let in itself just now: being rotated or suspended, at its limit, or lost. */
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
    const own = await connect(tenant.databaseName).catch((error: unknown) => {
      if (closed.has(sqlState(error) ?? '') || sqlState(error) === '53300') return undefined; // too_many_connections
      throw error;
    });
    if (own === undefined) return undefined;
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

  /** At random, and before them those that could do what they should not. */
  private sample(serverId: string): Promise<Probed[]> {
    return this.control.client.$queryRaw<Probed[]>`
      WITH breached AS (SELECT DISTINCT "tenantId" AS "id" FROM "IsolationBreach")
      SELECT t."id"::text AS "id", "slug", "serverId"::text AS "serverId", "databaseName", "roleName", "roleSecret"
        FROM "Tenant" t
       WHERE "serverId" = ${serverId}::uuid AND "status" = 'ACTIVE'
       ORDER BY t."id" IN (SELECT "id" FROM breached) DESC, random()
       LIMIT ${sampleSize} + (SELECT count(*) FROM breached)`;
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
