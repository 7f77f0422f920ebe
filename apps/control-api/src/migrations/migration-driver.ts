import { ControlDatabase, type MigrationRun } from '@helpdeskly/catalog';
import type { Migration } from '@helpdeskly/migrator';
import { Periodic } from '@helpdeskly/queue';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ServerConnections } from '../database-servers/server-connections.js';
import { ControlLocks } from '../locks/control-locks.js';
import { describeFailure } from '../provisioning/failure.js';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { TemplateDatabases } from '../tenant-databases/template-database.js';
import type { TenantMigrations } from '../tenant-databases/tenant-migrations.js';
import { MigrationMetrics } from './migration-metrics.js';
import { RunBook } from './run-book.js';
import { readFolder, scriptsOf, type TargetSchema } from './target-schema.js';
import { TenantMigrator } from './tenant-migrator.js';

const intervalMs = 500;

/**
 * Carries out migration runs: one process at a time drives a run, and another one takes it up where it was left when that
 * process dies.
 */
@Injectable()
export class MigrationDriver implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('MigrationDriver');
  private readonly periodic = new Periodic(
    intervalMs,
    () => this.background.count('migration_runs', () => this.look()),
    this.log,
  );
  private readonly driven = new Map<string, Promise<void>>();
  private readonly book: RunBook;
  private readonly migrator: TenantMigrator;
  private stopping = false;

  constructor(
    control: ControlDatabase,
    private readonly servers: ServerConnections,
    private readonly locks: ControlLocks,
    private readonly templates: TemplateDatabases,
    private readonly migrations: TenantMigrations,
    installation: string,
    private readonly background: BackgroundMetrics,
    private readonly metrics: MigrationMetrics,
  ) {
    this.book = new RunBook(control);
    this.migrator = new TenantMigrator(control, servers, installation);
  }

  onApplicationBootstrap(): void {
    this.periodic.start();
  }

  /** Tenants whose migration is under way come to its end; the others stay for the next driver. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.periodic.stop();
    await Promise.all(this.driven.values());
  }

  /** Takes up the runs that nobody drives. */
  private async look(): Promise<void> {
    for (const id of await this.book.open()) {
      if (this.stopping || this.driven.has(id)) continue;
      const driving = this.locks
        .tryHold('helpdeskly migration run', id, () => this.drive(id))
        .catch((error: unknown) => this.log.warn(`A migration run is taken up again: ${describeFailure(error)}`))
        .finally(() => this.driven.delete(id));
      this.driven.set(id, driving);
    }
  }

  private async drive(id: string): Promise<void> {
    await this.book.releaseAbandoned(id);
    const run = await this.book.find(id);
    if (run === null || run.status !== 'RUNNING') return;
    const scripts = await this.scripts(run);
    if (scripts === undefined) return;
    if (!run.dryRun) await this.prepareTemplates();
    if (run.canary !== null && !(await this.pass(run, scripts, run.canary))) return;
    do await this.work(run, scripts, null);
    while (!this.stopping && (await this.book.enlistLate(run)));
    if (!this.stopping) await this.book.finish(run);
  }

  /** Undefined when this process cannot apply what the run asks for. */
  private async scripts(run: MigrationRun): Promise<readonly Migration[] | undefined> {
    const found = scriptsOf(run.migrations as unknown as TargetSchema, await readFolder(this.migrations));
    if ('scripts' in found) return found.scripts;
    if ('changed' in found) {
      const reason = `The migration ${found.changed} has changed since the run was asked for.`;
      await this.book.end(run, 'FAILED', reason);
    } // A missing one is another build's, which will come by.
    return undefined;
  }

  /** New tenants get the new schema as well. Where the template cannot be made, provisioning says why. */
  private async prepareTemplates(): Promise<void> {
    for (const id of await this.servers.ids('ACTIVE')) {
      await this.servers
        .server(id)
        .then((server) => this.templates.ensure(server))
        .catch((error: unknown) => this.log.error(`A template could not be made: ${describeFailure(error)}`));
    }
  }

  /** Whether the first `canary` tenants all came through. */
  private async pass(run: MigrationRun, scripts: readonly Migration[], canary: number): Promise<boolean> {
    await this.work(run, scripts, canary);
    if (this.stopping) return false;
    const behind = await this.book.behind(run.id, canary);
    if (behind > 0) await this.book.end(run, 'HALTED', `${behind} of the first ${canary} tenants did not succeed.`);
    return behind === 0;
  }

  /** Sees to every tenant that waits, `concurrency` at a time. */
  private async work(run: MigrationRun, scripts: readonly Migration[], below: number | null): Promise<void> {
    const takeTurns = async (): Promise<void> => {
      while (!this.stopping) {
        const turn = await this.book.take(run.id, below);
        if (turn === undefined) return;
        const way = run.dryRun ? 'rehearse' : 'bring';
        const outcome = await this.migrator[way](turn.tenantId, scripts, () => this.stopping);
        await this.book.settle(run, turn, outcome);
        this.metrics.count(outcome.state);
        if (outcome.state === 'FAILED' || outcome.state === 'DRIFTED') await this.book.haltAt(run);
      }
    };
    const turns = await Promise.allSettled(Array.from({ length: run.concurrency }, takeTurns));
    const broken = turns.find((turn) => turn.status === 'rejected');
    if (broken !== undefined) throw broken.reason;
  }
}
