import type { MigrationRun } from '../api/client.js';

export interface Stage {
  readonly number: number;
  readonly kind: 'canary' | 'wave' | 'rest';
  /** Of a wave: up to how many percents of the tenants it goes. */
  readonly percent?: number;
  readonly state: 'over' | 'current' | 'ahead';
}

type Staged = Pick<MigrationRun, 'canary' | 'waves' | 'stages' | 'status'>;

/**
 * A run's stages in order: the canary, the waves, the rest. The API leaves out waves without tenants of their own, so with fewer
 * stages than waves only the last waves are shown; `100` is the rest.
 */
export function stagesOf({ canary, waves, stages, status }: Staged): Stage[] {
  const inner = Math.max(0, stages.total - 1 - (canary === null ? 0 : 1));
  const shown = inner === 0 ? [] : waves.filter((percent) => percent < 100).slice(-inner);
  const kinds: Pick<Stage, 'kind' | 'percent'>[] = [
    ...(canary === null ? [] : [{ kind: 'canary' as const }]),
    ...shown.map((percent) => ({ kind: 'wave' as const, percent })),
    { kind: 'rest' as const },
  ];
  const over = status === 'SUCCEEDED' ? kinds.length : stages.done;
  return kinds.map((kind, index) => ({
    ...kind,
    number: index + 1,
    state: index < over ? 'over' : index === over ? 'current' : 'ahead',
  }));
}
