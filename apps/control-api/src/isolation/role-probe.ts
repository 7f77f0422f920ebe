import { Secrets } from '@helpdeskly/catalog';
import { describeFailure, sqlState } from '@helpdeskly/database';
import { Injectable } from '@nestjs/common';
import type { Client } from 'pg';
import type { LoginRole, TenantServer } from '../server-connections/tenant-server.js';
import { verdictOf } from '../tenant-databases/verdict.js';
import { Undecided, workAs, type Outcome } from './attempts.js';
import { BreachSearch } from './breach-search.js';
import { IsolationTurns, type Probed } from './isolation-turns.js';

/**
 * How often a role signs in whose session ends without a reason: the server may have been starting at that moment, and the reason of
 * one that it ends itself is lost if the connection is reset before it was read.
 */
const mostTries = 5;

/** One tenant's turn: its role logs in, does what it must be able to do, and tries what it must not. */
@Injectable()
export class RoleProbe {
  constructor(
    private readonly secrets: Secrets,
    private readonly turns: IsolationTurns,
    private readonly search: BreachSearch,
  ) {}

  /** `silent`: the server did not answer in time. Throws if the server answers nobody. */
  async turnOf(
    tenant: Probed,
    server: TenantServer,
    template: string,
  ): Promise<{ outcome?: Outcome; error?: string; silent?: boolean }> {
    const user = { name: tenant.roleName, password: this.secrets.open(tenant.roleSecret, tenant.id) };
    const own = await this.signIn(tenant, server, user);
    if (!('client' in own)) return own;
    try {
      const outcome = await this.search.run(tenant, user, own.client, server, template);
      await this.turns.end(tenant, { state: 'TRIED' });
      return { outcome };
    } catch (failure) {
      const error = describeFailure(failure);
      await this.turns.end(tenant, { state: 'UNDECIDED', reason: error });
      return { error, silent: isSilence(failure) };
    }
  }

  /** A connection on which the role has shown that it works; otherwise the turn's end. Throws if the server answers nobody. */
  private async signIn(
    tenant: Probed,
    server: TenantServer,
    user: LoginRole,
  ): Promise<{ client: Client } | { silent: boolean }> {
    for (let tries = 1; ; tries++) {
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
          if (!silent && tries < mostTries) continue;
        }
        await this.turns.end(tenant, { state: 'REFUSED', reason: reasonOf(error) });
        return { silent };
      }
    }
  }
}

/** Throws unless the administrator gets an answer within seconds: otherwise silence says nothing about a tenant. */
export async function assertAnswers({ brief }: TenantServer): Promise<void> {
  await brief.query('SELECT 1');
}

/** Why the role got no answer from a server that answers others. */
function reasonOf(error: unknown): string {
  if (isSilence(error)) return 'The server answers others, and did not answer this role in time.';
  const said = describeFailure(error);
  return sqlState(error) === undefined ? `The server answers others, and this role’s sessions end: ${said}.` : said;
}

/** Whether a wait ended without an answer: each such wait takes seconds. */
function isSilence(error: unknown): boolean {
  const cause = error instanceof Undecided ? error.cause : error;
  return sqlState(cause) === undefined && /time(d )?out|ETIMEDOUT/i.test(String((cause as Error | undefined)?.message));
}
