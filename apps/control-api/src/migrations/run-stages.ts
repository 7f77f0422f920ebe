import { parseDuration } from '@helpdeskly/config';
import type { MigrationRun, MigrationRunStatus } from '@helpdeskly/catalog';
import { InvalidTransition } from '@helpdeskly/errors';

/** A run in one of these states has not ended; there is one such run at a time. */
export const unended = ['RUNNING', 'SOAKING', 'PAUSED'] as const satisfies readonly MigrationRunStatus[];
/** A process drives a run in one of these states. */
export const driven = ['RUNNING', 'SOAKING'] as const satisfies readonly MigrationRunStatus[];

export function isUnended(status: MigrationRunStatus): boolean {
  return (unended as readonly MigrationRunStatus[]).includes(status);
}

export function isDriven(status: MigrationRunStatus): boolean {
  return (driven as readonly MigrationRunStatus[]).includes(status);
}

/**
 * The positions at which a run's stages end: after `canary` tenants, then after each percentage of the `count` tenants that lack
 * something. It leaves out waves without a tenant of their own, and the last stage, which has no end.
 */
export function stageEndsOf(count: number, canary: number | null, waves: readonly number[]): number[] {
  const ends = canary === null ? [] : [canary];
  for (const percent of waves) {
    const end = Math.ceil((count * percent) / 100);
    if (end > (ends.at(-1) ?? 0) && end < count) ends.push(end);
  }
  return ends;
}

/** A part of a run's tenants. */
export interface Stage {
  readonly number: number;
  /** Positions before this one; null for all. */
  readonly below: number | null;
  readonly isCanary: boolean;
}

/** The stages that are not over, and always the last one: tenants may turn up in it. */
export function stagesLeft({
  stageEnds,
  stage,
  canary,
}: Pick<MigrationRun, 'stageEnds' | 'stage' | 'canary'>): Stage[] {
  const ends: (number | null)[] = [...stageEnds, null];
  return ends
    .map((below, number) => ({ number, below, isCanary: number === 0 && below !== null && below === canary }))
    .slice(Math.min(stage, stageEnds.length));
}

/** The stage of the tenant at this position. */
export function stageAt({ stageEnds }: Pick<MigrationRun, 'stageEnds'>, position: number): number {
  return stageEnds.filter((end) => end <= position).length;
}

/** How long a run waits after a stage, in milliseconds. A dry run changes nothing that could show. */
export function soakMsOf({ soak, dryRun }: Pick<MigrationRun, 'soak' | 'dryRun'>): number {
  return dryRun || soak === null ? 0 : (parseDuration(soak) ?? 0);
}

interface Move {
  readonly from: readonly MigrationRunStatus[];
  readonly to: MigrationRunStatus;
  /** Of the audit event. */
  readonly done: string;
}

/** What operators may do with a run, by its status. Resuming leads back into a soak that is not over. */
export const moves = {
  pause: { from: ['RUNNING', 'SOAKING'], to: 'PAUSED', done: 'paused' },
  resume: { from: ['PAUSED'], to: 'RUNNING', done: 'resumed' },
  advance: { from: ['SOAKING'], to: 'RUNNING', done: 'advanced' },
  cancel: { from: unended, to: 'CANCELLED', done: 'cancelled' },
  retry: { from: ['FAILED', 'HALTED', 'CANCELLED'], to: 'RUNNING', done: 'retried' },
} as const satisfies Record<string, Move>;

export type MoveName = keyof typeof moves;

/** Throws InvalidTransition. */
export function assertMove(name: MoveName, status: MigrationRunStatus): void {
  const all: readonly Move[] = Object.values(moves);
  const { from, to }: Move = moves[name];
  if (from.includes(status)) return;
  const allowed = all.filter((move) => move.from.includes(status)).map((move) => move.to);
  throw new InvalidTransition(status, to, [...new Set(allowed)]);
}
