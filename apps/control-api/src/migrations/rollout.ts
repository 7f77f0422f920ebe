import { setTimeout as sleep } from 'node:timers/promises';
import { ChannelListener, decodeUsage, usageChannel, type MigrationRun, type TenantUsage } from '@helpdeskly/catalog';
import type { ControlConfig } from '@helpdeskly/config';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { controlConfig } from '../configuration/tokens.js';
import { UsageWindow } from '../usage/usage-window.js';
import { ErrorRates } from './error-rates.js';
import { MigrationRunRepository } from './migration-run-repository.js';
import { RolloutRepository } from './rollout-repository.js';
import { soakMsOf, type Stage } from './run-stages.js';

/** How often a soaking run is looked at, in milliseconds. */
const intervalMs = 250;
/** App-api's processes report every two seconds: a look before that would see nothing of what was just migrated. */
const reportMs = 2500;

/** Begins rollouts. It hears all the time what app-api's processes report: a run compares with what was before it. */
@Injectable()
export class Rollouts implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly listener: ChannelListener;
  private readonly recent = new UsageWindow();
  /** Those of the last run: it may be paused, and go on. */
  private kept: { readonly run: string; readonly rates: ErrorRates } | undefined;

  constructor(
    private readonly stages: RolloutRepository,
    private readonly runs: MigrationRunRepository,
    @Inject(controlConfig) { controlDatabaseUrl }: ControlConfig,
  ) {
    this.listener = new ChannelListener(controlDatabaseUrl, usageChannel, {
      listening: () => undefined,
      deaf: () => undefined,
      notified: (payload) => this.heard(decodeUsage(payload)),
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.listener.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.listener.close();
  }

  /** `signal` ends every wait. */
  async begin(run: MigrationRun, signal: AbortSignal): Promise<Rollout> {
    const rates = run.maxErrorRate === null || run.dryRun ? undefined : await this.ratesOf(run);
    return new Rollout(this.stages, this.runs, run, { signal, rates });
  }

  private heard(usage: readonly TenantUsage[]): void {
    this.recent.add(usage);
    this.kept?.rates.add(usage);
  }

  /** What migrated tenants answered is only known if this process drove the run then; otherwise it is counted anew. */
  private async ratesOf(run: MigrationRun): Promise<ErrorRates> {
    const name = `${run.id} ${run.attempt}`;
    if (this.kept?.run === name) return this.kept.rates;
    const migrated = new Set(await this.stages.migrated(run));
    const rates = new ErrorRates();
    rates.add(this.recent.all().filter(({ tenantId }) => !migrated.has(tenantId)));
    for (const tenantId of migrated) rates.move(tenantId);
    this.kept = { run: name, rates };
    return rates;
  }
}

interface Watching {
  readonly signal: AbortSignal;
  /** Undefined if errors do not halt the run. */
  readonly rates: ErrorRates | undefined;
}

/** The way of one run through its stages: soaks, and halts when the migrated tenants answer with too many errors. */
export class Rollout {
  private stage: number;

  constructor(
    private readonly stages: RolloutRepository,
    private readonly runs: MigrationRunRepository,
    private readonly run: MigrationRun,
    private readonly watching: Watching,
  ) {
    this.stage = run.stage;
  }

  /** A tenant has got migrations. */
  moved(tenantId: string): void {
    this.watching.rates?.move(tenantId);
  }

  /** Ends a stage all of whose tenants are done or have failed. The run soaks if the stage changed anything and something is left to do or to see. */
  async endStage({ number, below }: Stage): Promise<void> {
    const looks = this.watching.rates !== undefined;
    const from = this.run.stageEnds[number - 1] ?? 0;
    const soaks = (below !== null || looks) && (await this.stages.worked(this.run, from, below));
    await this.stages.endStage(this.run, number, soaks ? soakMsOf(this.run) + (looks ? reportMs : 0) : 0);
  }

  /** Waits while the run soaks; returns whether it goes on. */
  async soaked(): Promise<boolean> {
    const { signal } = this.watching;
    for (;;) {
      const leftMs = await this.stages.soaking(this.run);
      if (leftMs === undefined || (await this.haltsForErrors()) || signal.aborted) return false;
      if (leftMs === 0) break;
      await sleep(Math.min(leftMs, intervalMs), undefined, { signal }).catch(() => undefined);
    }
    await this.stages.endSoak(this.run);
    return true;
  }

  /** From now on tenants of this stage are migrated. */
  enter({ number }: Stage): void {
    this.stage = number;
  }

  /** Halts the run if the migrated tenants answer with too many errors. */
  async haltsForErrors(): Promise<boolean> {
    const { maxErrorRate, stageEnds } = this.run;
    const { rates } = this.watching;
    if (rates === undefined || maxErrorRate === null) return false;
    const excess = rates.excess(maxErrorRate, this.stage >= stageEnds.length);
    if (excess !== undefined) await this.runs.end(this.run, 'HALTED', excess);
    return excess !== undefined;
  }
}
