import { ControlDatabase, Secrets } from '@helpdeskly/catalog';
import { Connection, describeFailure, endingAfter, sqlState } from '@helpdeskly/database';
import { Logger } from '@nestjs/common';
import type { Client } from 'pg';
import { ServerConnections } from '../server-connections/server-connections.js';
import type { LoginRole, TenantServer } from '../server-connections/tenant-server.js';
import { ControlLocks } from '../locks/control-locks.js';
import type { TemplateDatabases } from '../tenant-databases/template-database.js';
import { verdictOf } from '../tenant-databases/verdict.js';
import { tryDatabases, tryPrivileges, Undecided, workAs, type AttemptName, type Outcome } from './attempts.js';
import { IsolationTurns, type Probed } from './isolation-turns.js';

const patience = { connectionTimeoutMillis: 5000, ...endingAfter(5000) } as const;

/**
 * Signs in as every tenant's role in turn and tries what isolation forbids: other tenants' databases, the control database, the
 * template, DDL, other roles. What is not refused is a breach, and is tried again at each look until it is; so is a role that
 * cannot sign in, read and write although its tenant is ACTIVE and its server is there. A server that leaves one sign-in without an
 * answer is left alone until the next look.
 */
export class IsolationProbe {
  private readonly log = new Logger('IsolationProbe');
  private readonly turns: IsolationTurns;

  constructor(
    private readonly control: ControlDatabase,
    private readonly secrets: Secrets,
    private readonly servers: ServerConnections,
    private readonly locks: ControlLocks,
    private readonly templates: TemplateDatabases,
    private readonly controlDatabaseUrl: string,
    intervalMs: number,
  ) {
    this.turns = new IsolationTurns(control, intervalMs);
  }

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
    const turns = await this.turns.next(serverId);
    const outcomes: Outcome[] = [];
    const errors: string[] = [];
    let ended = 0;
    try {
      await assertAnswers(server);
      const { name: template } = await this.templates.ensure(server);
      for (const tenant of turns) {
        const { outcome, error, silent } = await this.turnOf(tenant, server, template);
        ended++;
        if (outcome !== undefined) outcomes.push(outcome);
        if (error !== undefined) errors.push(`${tenant.slug}: ${error}`);
        if (silent === true) break;
      }
    } catch (error) {
      errors.unshift(describeFailure(error));
    }
    const notTried = turns.length - ended;
    if (notTried > 0)
      this.log.warn(`The server ${serverId} was left alone: ${notTried} tenants have no turn at this look`);
    const [first, ...others] = errors;
    const seen = {
      tenants: outcomes.length,
      attempts: outcomes.reduce((sum, { attempts }) => sum + attempts, 0),
      notTried,
      error: first === undefined ? null : `${first}${others.length === 0 ? '' : ` (and ${others.length} more)`}`,
    };
    const data = { ...seen, ...(ended === 0 && notTried > 0 ? {} : { checkedAt: new Date() }) };
    await this.control.client.isolationCheck.upsert({
      where: { serverId },
      create: { serverId, ...data },
      update: data,
    });
  }

  /** `silent`: the server did not answer in time. Throws when it answers nobody. */
  private async turnOf(
    tenant: Probed,
    server: TenantServer,
    template: string,
  ): Promise<{ outcome?: Outcome; error?: string; silent?: boolean }> {
    const user = { name: tenant.roleName, password: this.secrets.open(tenant.roleSecret, tenant.id) };
    const own = await this.signIn(tenant, server, user);
    if (!('client' in own)) return own;
    try {
      const outcome = await this.tryAs(tenant, user, own.client, server, template);
      await this.turns.end(tenant, { state: 'TRIED' });
      return { outcome };
    } catch (failure) {
      const error = describeFailure(failure);
      await this.turns.end(tenant, { state: 'UNDECIDED', reason: error });
      return { error, silent: isSilence(failure) };
    }
  }

  /** A connection on which the role has shown that it can work; otherwise that turn has ended. Throws when the server answers nobody. */
  private async signIn(
    tenant: Probed,
    server: TenantServer,
    user: LoginRole,
  ): Promise<{ client: Client } | { silent: boolean }> {
    for (let again = false; ; again = true) {
      let client: Client | undefined;
      try {
        client = await server.connectDirectlyAs(user, tenant.databaseName);
        await workAs(client);
        return { client };
      } catch (error) {
        await client?.end().catch(() => undefined); // It may be gone already.
        if (verdictOf(error) === 'full') {
          await this.turns.end(tenant, { state: 'FULL' });
          return { silent: false };
        }
        const silent = isSilence(error);
        if (verdictOf(error) === 'away') {
          await assertAnswers(server);
          if (!silent && !again) continue; // It may have been starting just then.
        }
        const reason = silent
          ? 'The server answers others, and did not answer this role in time.'
          : describeFailure(error);
        await this.turns.end(tenant, { state: 'REFUSED', reason });
        return { silent };
      }
    }
  }

  /** What the role may that it should not. Ends `own`. */
  private async tryAs(
    tenant: Probed,
    user: LoginRole,
    own: Client,
    server: TenantServer,
    template: string,
  ): Promise<Outcome> {
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

/** Throws unless the administrator is answered within seconds: else a silence says nothing of a tenant. */
async function assertAnswers({ brief }: TenantServer): Promise<void> {
  await brief.query('SELECT 1');
}

/** Whether it was waited for in vain: each such wait takes seconds. */
function isSilence(error: unknown): boolean {
  const cause = error instanceof Undecided ? error.cause : error;
  return sqlState(cause) === undefined && /time(d )?out|ETIMEDOUT/i.test(String((cause as Error | undefined)?.message));
}
