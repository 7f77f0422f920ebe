import { ControlDatabase, type MigrationRun } from '@helpdeskly/catalog';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ServerConnections } from '../server-connections/server-connections.js';
import { ControlLocks } from '../locks/control-locks.js';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { OrderDriver } from '../queues/order-driver.js';
import { TemplateDatabases } from '../tenant-databases/template-database.js';
import type { TenantMigrations } from '../tenant-databases/tenant-migrations.js';
import { MigrationMetrics } from './migration-metrics.js';
import { RunBook } from './run-book.js';
import { RunSignal } from './run-signal.js';
import { RunTemplates } from './run-templates.js';
import { ServerLane, type LaneTools } from './server-lane.js';
import { readFolder, scriptsOf, type RunScripts, type TargetSchema } from './target-schema.js';
import { TenantMigrator } from './tenant-migrator.js';

/** Carries out migration runs; see OrderDriver. */
@Injectable()
export class MigrationDriver implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly driver: OrderDriver;
  private readonly book: RunBook;
  private readonly tools: Omit<LaneTools, 'templates'>;

  constructor(
    control: ControlDatabase,
    servers: ServerConnections,
    locks: ControlLocks,
    private readonly templates: TemplateDatabases,
    private readonly migrations: TenantMigrations,
    installation: string,
    background: BackgroundMetrics,
    metrics: MigrationMetrics,
  ) {
    this.book = new RunBook(control);
    this.tools = { book: this.book, servers, migrator: new TenantMigrator(control, servers, installation), metrics };
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
    const found = await this.scripts(run);
    if (found === undefined) return;
    await this.book.say(id, null);
    const signal = new RunSignal(this.book, run, () => this.driver.stopping);
    try {
      await this.carryOut(run, found, signal.signal);
    } finally {
      signal.end();
    }
  }

  /** A server whose template does not come about now keeps nobody on another one waiting. */
  private async carryOut(run: MigrationRun, scripts: RunScripts, signal: AbortSignal): Promise<void> {
    const refuse = (reason: string) => this.book.end(run, 'FAILED', reason);
    const templates = run.dryRun ? undefined : new RunTemplates(this.tools.servers, this.templates, signal, refuse);
    const begun = templates?.begin();
    begun?.catch(() => undefined); // Thrown where it is waited for.
    const work = (below: number | null) => this.work(run, scripts, below, { ...this.tools, templates }, signal);
    if (run.canary !== null && !(await this.pass(run, work, run.canary, signal))) return;
    do await work(null);
    while (!signal.aborted && (await this.book.enlistLate(run, scripts)));
    await begun;
    if (!signal.aborted) await this.book.finish(run);
  }

  /** Undefined when this process cannot apply what the run asks for. */
  private async scripts(run: MigrationRun): Promise<RunScripts | undefined> {
    const found = scriptsOf(run.migrations as unknown as TargetSchema, await readFolder(this.migrations));
    if ('scripts' in found) return found;
    if ('missing' in found)
      await this.book.say(run.id, `It waits for a build that has the migration ${found.missing}.`);
    else await this.book.end(run, 'FAILED', `The migration ${found.changed} has changed since the run was asked for.`);
    return undefined;
  }

  /** Whether the first `canary` tenants all came through. */
  private async pass(
    run: MigrationRun,
    work: (below: number) => Promise<void>,
    canary: number,
    signal: AbortSignal,
  ): Promise<boolean> {
    await work(canary);
    if (signal.aborted) return false;
    const { all, behind } = await this.book.before(run.id, canary);
    if (behind > 0) await this.book.end(run, 'HALTED', `${behind} of the first ${all} tenants did not succeed.`);
    return behind === 0;
  }

  /** Sees to every tenant that waits, `concurrency` at a time on each server. */
  private async work(
    run: MigrationRun,
    scripts: RunScripts,
    below: number | null,
    tools: LaneTools,
    signal: AbortSignal,
  ): Promise<void> {
    const servers = await this.book.servers(run.id);
    const lanes = servers.map((id) => new ServerLane(tools, run, scripts, id, signal));
    const taken = await Promise.allSettled(
      lanes.map((lane) => this.driver.takeTurns(run.concurrency, () => lane.turn(below))),
    );
    const broken = taken.find((outcome) => outcome.status === 'rejected');
    if (broken !== undefined) throw broken.reason;
  }
}
