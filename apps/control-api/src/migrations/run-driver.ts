import type { MigrationRun } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import type { JobRunner } from '../queues/job-runner.js';
import { TemplateDatabases } from '../tenant-databases/template-database.js';
import { TenantMigrations } from '../tenant-databases/tenant-migrations.js';
import type { MigrationRunRepository } from './migration-run-repository.js';
import { Rollouts, type Rollout } from './rollout.js';
import { RunLimits } from './run-limits.js';
import { RunSignal } from './run-signal.js';
import { isDriven, stagesLeft, type Stage } from './run-stages.js';
import { RunTemplates } from './run-templates.js';
import { LaneTools, ServerLane, type LaneWork } from './server-lane.js';
import { readFolder, scriptsOf, type RunScripts, type TargetSchema } from './target-schema.js';

/** Drives one migration run, stage by stage, from the point at which it stopped. */
@Injectable()
export class RunDriver {
  readonly runs: MigrationRunRepository;

  constructor(
    private readonly tools: LaneTools,
    private readonly rollouts: Rollouts,
    private readonly templates: TemplateDatabases,
    private readonly migrations: TenantMigrations,
  ) {
    this.runs = tools.runs;
  }

  /** Resolves when the run has ended or is paused, or `runner` stops. */
  async drive(id: string, runner: JobRunner): Promise<void> {
    await this.runs.releaseAbandoned(id);
    const run = await this.runs.find(id);
    if (run === null || !isDriven(run.status)) return;
    const scripts = await this.scripts(run);
    if (scripts === undefined) return;
    await this.runs.say(id, null);
    const ending = new RunSignal(this.runs, run, () => runner.stopping);
    const rollout = await this.rollouts.begin(run, ending.signal);
    try {
      await this.carryOut({ run, scripts, signal: ending.signal, rollout, runner });
    } finally {
      ending.end();
    }
  }

  /** A server whose template cannot be made now does not delay tenants on others. */
  private async carryOut(course: Course): Promise<void> {
    const { run, scripts, signal, rollout } = course;
    const refuse = (reason: string) => this.runs.end(run, 'FAILED', reason);
    const templates = run.dryRun ? undefined : new RunTemplates(this.tools.servers, this.templates, signal, refuse);
    const begun = templates?.begin();
    begun?.catch(() => undefined); // The code that waits for it throws it.
    const work = { run, scripts, templates, signal, rollout, limits: new RunLimits(run) };
    for (const stage of stagesLeft(run)) {
      if (!(await rollout.soaked())) return;
      rollout.enter(stage);
      await this.stage(work, stage, course.runner);
      if (signal.aborted || !(await this.isThrough(run, stage)) || !(await this.passed(run, stage))) return;
      await rollout.endStage(stage);
    }
    if (!(await rollout.soaked())) return;
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

  /** The last stage also takes tenants that turn up meanwhile. */
  private async stage(work: LaneWork, { below }: Stage, runner: JobRunner): Promise<void> {
    do await this.work(work, below, runner);
    while (below === null && !work.signal.aborted && (await this.runs.enlistLate(work.run, work.scripts)));
  }

  /** Whether no tenant of the stage waits; one does if the run was paused and resumed before this process saw it. */
  private async isThrough({ id }: MigrationRun, { below }: Stage): Promise<boolean> {
    return !(await this.runs.isLeft(id, below));
  }

  /** Whether the run may leave the stage: all tenants of a canary must have succeeded. */
  private async passed(run: MigrationRun, { isCanary, below }: Stage): Promise<boolean> {
    if (!isCanary || below === null) return true;
    const { all, behind } = await this.runs.before(run.id, below);
    if (behind > 0) await this.runs.end(run, 'HALTED', `${behind} of the first ${all} tenants did not succeed.`);
    return behind === 0;
  }

  /** Migrates every waiting tenant, so many at a time on each server. */
  private async work(work: LaneWork, below: number | null, runner: JobRunner): Promise<void> {
    const { perServer, concurrency } = work.run;
    const servers = await this.runs.servers(work.run.id);
    const lanes = servers.map((id) => new ServerLane(this.tools, work, id));
    const taken = await Promise.allSettled(
      lanes.map((lane) => runner.takeTurns(perServer ?? concurrency, () => lane.turn(below))),
    );
    const broken = taken.find((outcome) => outcome.status === 'rejected');
    if (broken !== undefined) throw broken.reason;
  }
}

/** A run on its way. */
interface Course {
  readonly run: MigrationRun;
  readonly scripts: RunScripts;
  /** Ends every wait. */
  readonly signal: AbortSignal;
  readonly rollout: Rollout;
  readonly runner: JobRunner;
}
