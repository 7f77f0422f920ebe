import { ControlDatabase, type MigrationRun } from '@helpdeskly/catalog';
import type { Migration } from '@helpdeskly/migrator';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ServerConnections } from '../database-servers/server-connections.js';
import { ControlLocks } from '../locks/control-locks.js';
import { describeFailure } from '../provisioning/failure.js';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { OrderDriver } from '../queues/order-driver.js';
import { TemplateDatabases } from '../tenant-databases/template-database.js';
import type { TenantMigrations } from '../tenant-databases/tenant-migrations.js';
import { MigrationMetrics } from './migration-metrics.js';
import { RunBook } from './run-book.js';
import { readFolder, scriptsOf, type TargetSchema } from './target-schema.js';
import { TenantMigrator } from './tenant-migrator.js';

/** Carries out migration runs; see OrderDriver. */
@Injectable()
export class MigrationDriver implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('MigrationDriver');
  private readonly driver: OrderDriver;
  private readonly book: RunBook;
  private readonly migrator: TenantMigrator;

  constructor(
    control: ControlDatabase,
    private readonly servers: ServerConnections,
    locks: ControlLocks,
    private readonly templates: TemplateDatabases,
    private readonly migrations: TenantMigrations,
    installation: string,
    background: BackgroundMetrics,
    private readonly metrics: MigrationMetrics,
  ) {
    this.book = new RunBook(control);
    this.migrator = new TenantMigrator(control, servers, installation);
    this.driver = new OrderDriver(locks, background, {
      kind: 'migration run',
      task: 'migration_runs',
      intervalMs: 500,
      open: () => this.book.open(),
      drive: (id) => this.drive(id),
    });
  }

  onApplicationBootstrap(): void {
    this.driver.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.driver.stop();
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
    while (!this.driver.stopping && (await this.book.enlistLate(run)));
    if (!this.driver.stopping) await this.book.finish(run);
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
    if (this.driver.stopping) return false;
    const behind = await this.book.behind(run.id, canary);
    if (behind > 0) await this.book.end(run, 'HALTED', `${behind} of the first ${canary} tenants did not succeed.`);
    return behind === 0;
  }

  /** Sees to every tenant that waits, `concurrency` at a time. */
  private work(run: MigrationRun, scripts: readonly Migration[], below: number | null): Promise<void> {
    return this.driver.takeTurns(run.concurrency, async () => {
      const turn = await this.book.take(run.id, below);
      if (turn === undefined) return false;
      const way = run.dryRun ? 'rehearse' : 'bring';
      const outcome = await this.migrator[way](turn.tenantId, scripts, () => this.driver.stopping);
      await this.book.settle(run, turn, outcome);
      this.metrics.count(outcome.state);
      if (outcome.state === 'FAILED' || outcome.state === 'DRIFTED') await this.book.haltAt(run);
      return true;
    });
  }
}
