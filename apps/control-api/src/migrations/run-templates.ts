import { setTimeout as sleep } from 'node:timers/promises';
import { describeFailure } from '@helpdeskly/database';
import type { MigrationFailed } from '@helpdeskly/migrator';
import { Logger } from '@nestjs/common';
import { isServerAway, ServerRests } from '../server-connections/server-breaker.js';
import type { ServerConnections } from '../server-connections/server-connections.js';
import { appliesNowhere, type TemplateDatabases } from '../tenant-databases/template-database.js';

/** Why a server's tenants must wait for its template; undefined once the template has the migrations. */
type Obstacle = { readonly away: true } | { readonly reason: string } | undefined;

/** How long to wait for a template before reporting the wait, in milliseconds. */
const pauseMs = 250;

/**
 * The templates of a run, independent of each other. On each server the template gets the migrations before any tenant does, so that a
 * migration that an empty database rejects has changed no tenant there. A server that hangs delays only its own tenants.
 */
export class RunTemplates {
  private readonly log = new Logger('RunTemplates');
  private readonly tries = new Map<string, Promise<Obstacle>>();
  private readonly taken = new Set<string>();

  constructor(
    private readonly servers: ServerConnections,
    private readonly templates: TemplateDatabases,
    private readonly signal: AbortSignal,
    /** Ends the run: a template has rejected a migration. */
    private readonly refuse: (statusReason: string) => Promise<void>,
  ) {}

  /**
   * Begins on every server, because new tenants need the schema there too. Resolves once a template has the migrations, or
   * none can get them now: the run may end then.
   */
  async begin(): Promise<void> {
    const ids = await this.servers.ids('ACTIVE', 'DRAINING');
    const all = ids.map((id) => this.try(id));
    const first = all.map((trying) =>
      trying.then((obstacle) => (obstacle === undefined ? true : Promise.reject(none))),
    );
    await Promise.race([Promise.any(first).catch(() => undefined), aborted(this.signal)]);
  }

  /** What a server's tenants wait for now. Repeats a failed try once. */
  async obstacle(serverId: string): Promise<Obstacle> {
    if (this.taken.has(serverId)) return undefined;
    const waited = sleep(pauseMs, { reason: 'the template takes the migrations first.' } as const);
    return Promise.race([this.try(serverId), waited, aborted(this.signal).then(() => ({ away: true }) as const)]);
  }

  private try(serverId: string): Promise<Obstacle> {
    let trying = this.tries.get(serverId);
    if (trying === undefined) {
      trying = this.take(serverId).finally(() => this.tries.delete(serverId));
      this.tries.set(serverId, trying);
    }
    return trying;
  }

  private async take(serverId: string): Promise<Obstacle> {
    try {
      const server = await this.servers.server(serverId);
      await this.servers.breaker.run(serverId, async () => {
        await server.probe();
        await this.templates.ensureNewest(server);
      });
      this.taken.add(serverId);
      return undefined;
    } catch (error) {
      if (error instanceof ServerRests || isServerAway(error)) return { away: true };
      const reason = describeFailure(error);
      if (!this.signal.aborted) this.log.error(`A template could not be made: ${reason}`);
      if (!appliesNowhere(error)) return { reason: `the template could not be made, and is tried again: ${reason}` };
      await this.refuse(this.refusal(error));
      return { reason: 'the template refused a migration.' };
    }
  }

  private refusal({ migration, sqlState, statement, cause }: MigrationFailed): string {
    const state = sqlState === undefined ? '' : ` (${sqlState})`;
    const where = statement === undefined ? '' : ` Line ${statement.line}: ${statement.text}`;
    const whom =
      this.taken.size === 0 ? 'applies nowhere, and no tenant was touched' : 'does not apply on every server';
    return `The migration ${migration} ${whom}: ${describeFailure(cause)}${state}.${where}`;
  }
}

const none = new Error('no template has taken the migrations');

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
