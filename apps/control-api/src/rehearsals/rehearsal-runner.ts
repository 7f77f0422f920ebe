import type { MigrationRehearsal } from '@helpdeskly/catalog';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { defaultConcurrency } from '../migrations/migration-runs.dto.js';
import { readFolder, scriptsOf, type TargetSchema } from '../migrations/target-schema.js';
import { JobRunners, type JobRunner } from '../queues/job-runner.js';
import { ServerRests } from '../server-connections/server-breaker.js';
import { TenantMigrations } from '../tenant-databases/tenant-migrations.js';
import { FleetSizes } from './fleet-sizes.js';
import { forecastFor } from './forecast.js';
import { RehearsalRepository, type RehearsalTurn } from './rehearsals.queries.js';
import { describe, isLost, nothing, TenantRehearsal, type Rehearsed } from './tenant-rehearsal.js';

/** How often a tenant may lose its server before that counts as its answer: a migration may be the cause. */
const losses = 3;

type Known = Exclude<ReturnType<typeof scriptsOf>, { readonly missing: string }>;

/** What a rehearsal's turns work with. */
@Injectable()
export class RehearsalTools {
  constructor(
    readonly rehearsals: RehearsalRepository,
    readonly rehearsal: TenantRehearsal,
    readonly sizes: FleetSizes,
    readonly migrations: TenantMigrations,
  ) {}
}

/** Carries rehearsals out, one tenant at a time; see JobRunner. A process that ends gives its tenant back, whose copy is dropped. */
@Injectable()
export class RehearsalRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly runner: JobRunner;
  private readonly ending = new AbortController();
  /** How often tenants have lost their server. */
  private readonly lost = new LRUCache<string, number>({ max: 1000 });

  constructor(
    runners: JobRunners,
    private readonly tools: RehearsalTools,
  ) {
    this.runner = runners.runnerOf({
      kind: 'migration rehearsal',
      task: 'migration_rehearsals',
      intervalMs: 1000,
      open: () => tools.rehearsals.open(),
      run: (id) => this.run(id),
    });
  }

  onApplicationBootstrap(): void {
    this.runner.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    this.ending.abort(new Error('the process ends'));
    return this.runner.stop();
  }

  private async run(id: string): Promise<void> {
    const { rehearsals, sizes } = this.tools;
    const found = await rehearsals.find(id);
    if (found === null || found.status !== 'RUNNING') return;
    const work = await this.scripts(found);
    if ('missing' in work) return; // A build that has it goes on.
    if (found.chosenAt === null) await rehearsals.choose(found, await sizes.all());
    await this.runner.takeTurns(1, async () => {
      const turn = await rehearsals.next(id);
      if (turn === undefined) return false;
      await rehearsals.settle(turn.id, await this.outcomeOf(turn, work));
      return true;
    });
    if (this.runner.stopping) return;
    const names = (found.migrations as unknown as TargetSchema).map(({ name }) => name);
    const fleet = await rehearsals.awaiting(names, await sizes.all());
    await rehearsals.finish(id, forecastFor(fleet, await rehearsals.measured(id), defaultConcurrency));
  }

  /** Throws if the tenant's server is away: the next look goes on. A tenant that lost its server too often is given up. */
  private async outcomeOf(turn: RehearsalTurn, work: Known): Promise<Rehearsed | undefined> {
    if ('changed' in work)
      return { ...nothing, error: `The migration ${work.changed} has changed since the rehearsal was asked for.` };
    try {
      return await this.tools.rehearsal.try(turn.id, turn.tenantId, work, this.ending.signal);
    } catch (error) {
      if (this.runner.stopping || error instanceof ServerRests || !isLost(error)) throw error;
      const lost = (this.lost.get(turn.id) ?? 0) + 1;
      this.lost.set(turn.id, lost);
      if (lost < losses) throw error;
      return { ...nothing, error: describe(error) };
    }
  }

  private async scripts({ migrations }: MigrationRehearsal): Promise<ReturnType<typeof scriptsOf>> {
    return scriptsOf(migrations as unknown as TargetSchema, await readFolder(this.tools.migrations));
  }
}
