import { setTimeout as sleep } from 'node:timers/promises';
import type { MigrationRun } from '@helpdeskly/catalog';
import { MigrationFailed } from '@helpdeskly/migrator';
import { Injectable } from '@nestjs/common';
import { isServerAway, ServerRests } from '../server-connections/server-breaker.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import { MigrationMetrics } from './migration-metrics.js';
import { MigrationRunRepository, type Turn } from './migration-run-repository.js';
import type { Rollout } from './rollout.js';
import type { RunLimits } from './run-limits.js';
import type { RunTemplates } from './run-templates.js';
import type { RunScripts } from './target-schema.js';
import { SessionWatch } from './session-watch.js';
import { failed, TenantMigrator, type MigrationOutcome } from './tenant-migrator.js';

/** How long a blocked lane pauses, in milliseconds. */
const pauseMs = 250;
/** How often a script may lose its server before the script counts as the cause. */
const losses = 3;

/** What every lane uses. */
@Injectable()
export class LaneTools {
  constructor(
    readonly runs: MigrationRunRepository,
    readonly servers: ServerConnections,
    readonly migrator: TenantMigrator,
    readonly metrics: MigrationMetrics,
  ) {}
}

/** A run's part of the lanes' work. */
export interface LaneWork {
  readonly run: MigrationRun;
  readonly scripts: RunScripts;
  /** Templates that must get the migrations first; undefined if nothing will change, so that nobody waits. */
  readonly templates: RunTemplates | undefined;
  /** Ends every wait. */
  readonly signal: AbortSignal;
  readonly limits: RunLimits;
  readonly rollout: Rollout;
}

/**
 * A run's tenants on one server. They do not wait for tenants on other servers, nor the other way round: while the server is away or
 * OFFLINE they stay PENDING, with the reason.
 */
export class ServerLane {
  private readonly lost = new Map<string, number>();
  private watch: SessionWatch | undefined;
  private looked: { readonly at: number; readonly reason: Promise<string | undefined> } | undefined;
  private reason: string | undefined;

  constructor(
    private readonly tools: LaneTools,
    private readonly work: LaneWork,
    private readonly serverId: string,
  ) {}

  /** Migrates the next tenant of those before position `below`; returns false if none is left, or the run is over. */
  async turn(below: number | null): Promise<boolean> {
    const { signal, rollout, limits, run } = this.work;
    if (signal.aborted || (await rollout.haltsForErrors())) return false;
    const obstacle = await this.obstacle();
    await this.explain(obstacle);
    if (obstacle === undefined && limits.begin()) {
      const turn = await this.tools.runs.take(run, this.serverId, below);
      if (turn === undefined) limits.undo();
      else {
        await this.see(turn).finally(() => limits.end());
        return true;
      }
    }
    if (!(await this.tools.runs.waits(run.id, this.serverId, below))) return false;
    const waitMs = limits.waitMs > 0 ? Math.min(limits.waitMs, pauseMs) : pauseMs;
    await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    return true;
  }

  private async see(turn: Turn): Promise<void> {
    const { runs, metrics } = this.tools;
    const outcome = await this.outcomeOf(turn);
    await runs.settle(this.work.run, turn, outcome);
    metrics.count(outcome.state);
    if (outcome.state === 'DONE' && outcome.applied.length > 0) this.work.rollout.moved(turn.tenantId);
    if (outcome.state === 'FAILED' || outcome.state === 'DRIFTED') await runs.haltAt(this.work.run);
  }

  private async outcomeOf(turn: Turn): Promise<MigrationOutcome> {
    const { servers, migrator } = this.tools;
    const way = this.work.run.dryRun ? 'dryRun' : 'apply';
    try {
      this.watch ??= new SessionWatch(await servers.server(this.serverId));
      const work = { ...this.work.scripts, watch: this.watch, signal: this.work.signal };
      return await servers.breaker.run(this.serverId, () => migrator[way](turn.tenantId, work));
    } catch (error) {
      if (error instanceof ServerRests) return this.away(await this.nameOf());
      if (!isServerAway(error)) throw error;
      if (error instanceof MigrationFailed && this.lose(turn)) return failed(error);
      return this.away(await this.nameOf());
    }
  }

  private away(name: string): MigrationOutcome {
    return { state: 'AWAY', reason: unreachable(name) };
  }

  /** Whether this tenant's scripts have lost the server too often. */
  private lose({ id }: Turn): boolean {
    const count = (this.lost.get(id) ?? 0) + 1;
    this.lost.set(id, count);
    return count >= losses;
  }

  /** Why no tenant can have a turn now. All turns of the lane share one check. */
  private obstacle(): Promise<string | undefined> {
    const now = performance.now();
    if (this.looked === undefined || now - this.looked.at > pauseMs)
      this.looked = { at: now, reason: this.lookForObstacle() };
    return this.looked.reason;
  }

  private async lookForObstacle(): Promise<string | undefined> {
    const server = await this.tools.runs.serverOf(this.serverId);
    if (server?.state === 'OFFLINE') return `The database server ${server.name} is OFFLINE.`;
    const name = server?.name ?? this.serverId;
    if (this.tools.servers.breaker.rests(this.serverId)) return unreachable(name);
    const obstacle = await this.work.templates?.obstacle(this.serverId);
    if (obstacle === undefined) return undefined;
    return 'away' in obstacle ? unreachable(name) : `The database server ${name}: ${obstacle.reason}`;
  }

  private async nameOf(): Promise<string> {
    return (await this.tools.runs.serverOf(this.serverId))?.name ?? this.serverId;
  }

  private async explain(reason: string | undefined): Promise<void> {
    if (reason === this.reason) return;
    this.reason = reason;
    await this.tools.runs.explain(this.work.run.id, this.serverId, reason ?? null);
  }
}

function unreachable(name: string): string {
  return `The database server ${name} cannot be reached; it is tried again.`;
}
