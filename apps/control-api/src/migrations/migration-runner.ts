import type { MigrationRun } from '@helpdeskly/catalog';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { JobRunners, type JobRunner } from '../queues/job-runner.js';
import { TemplateDatabases } from '../tenant-databases/template-database.js';
import { TenantMigrations } from '../tenant-databases/tenant-migrations.js';
import type { MigrationRunRepository } from './migration-run-repository.js';
import { RunSignal } from './run-signal.js';
import { RunTemplates } from './run-templates.js';
import { LaneTools, ServerLane, type LaneWork } from './server-lane.js';
import { readFolder, scriptsOf, type RunScripts, type TargetSchema } from './target-schema.js';

/** Drives migration runs; see JobRunner. */
@Injectable()
export class MigrationRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly runner: JobRunner;
  private readonly runs: MigrationRunRepository;

  constructor(
    runners: JobRunners,
    private readonly tools: LaneTools,
    private readonly templates: TemplateDatabases,
    private readonly migrations: TenantMigrations,
  ) {
    this.runs = tools.runs;
    this.runner = runners.runnerOf({
      kind: 'migration run',
      task: 'migration_runs',
      intervalMs: 500,
      open: () => this.runs.open(),
      run: (id) => this.run(id),
    });
  }

  onApplicationBootstrap(): void {
    this.runner.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.runner.stop();
  }

  private async run(id: string): Promise<void> {
    await this.runs.releaseAbandoned(id);
    const run = await this.runs.find(id);
    if (run === null || run.status !== 'RUNNING') return;
    const found = await this.scripts(run);
    if (found === undefined) return;
    await this.runs.say(id, null);
    const signal = new RunSignal(this.runs, run, () => this.runner.stopping);
    try {
      await this.carryOut(run, found, signal.signal);
    } finally {
      signal.end();
    }
  }

  /** A server whose template cannot be made now does not delay tenants on others. */
  private async carryOut(run: MigrationRun, scripts: RunScripts, signal: AbortSignal): Promise<void> {
    const refuse = (reason: string) => this.runs.end(run, 'FAILED', reason);
    const templates = run.dryRun ? undefined : new RunTemplates(this.tools.servers, this.templates, signal, refuse);
    const begun = templates?.begin();
    begun?.catch(() => undefined); // The code that waits for it throws it.
    const work = (below: number | null) => this.work({ run, scripts, templates, signal }, below);
    if (run.canary !== null && !(await this.pass(run, work, run.canary, signal))) return;
    do await work(null);
    while (!signal.aborted && (await this.runs.enlistLate(run, scripts)));
    await begun;
    if (!signal.aborted) await this.runs.finish(run);
  }

  /** Undefined if this process cannot apply the run's migrations. */
  private async scripts(run: MigrationRun): Promise<RunScripts | undefined> {
    const found = scriptsOf(run.migrations as unknown as TargetSchema, await readFolder(this.migrations));
    if ('scripts' in found) return found;
    if ('missing' in found)
      await this.runs.say(run.id, `It waits for a build that has the migration ${found.missing}.`);
    else await this.runs.end(run, 'FAILED', `The migration ${found.changed} has changed since the run was asked for.`);
    return undefined;
  }

  /** Whether the first `canary` tenants have all succeeded. */
  private async pass(
    run: MigrationRun,
    work: (below: number) => Promise<void>,
    canary: number,
    signal: AbortSignal,
  ): Promise<boolean> {
    await work(canary);
    if (signal.aborted) return false;
    const { all, behind } = await this.runs.before(run.id, canary);
    if (behind > 0) await this.runs.end(run, 'HALTED', `${behind} of the first ${all} tenants did not succeed.`);
    return behind === 0;
  }

  /** Migrates every waiting tenant, `concurrency` at a time on each server. */
  private async work(work: LaneWork, below: number | null): Promise<void> {
    const { run } = work;
    const servers = await this.runs.servers(run.id);
    const lanes = servers.map((id) => new ServerLane(this.tools, work, id));
    const taken = await Promise.allSettled(
      lanes.map((lane) => this.runner.takeTurns(run.concurrency, () => lane.turn(below))),
    );
    const broken = taken.find((outcome) => outcome.status === 'rejected');
    if (broken !== undefined) throw broken.reason;
  }
}
