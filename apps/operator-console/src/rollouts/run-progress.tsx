import { classes } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import type { MigrationRun } from '../api/client.js';
import { stagesOf } from './stages.js';

/** How many tenants are done, and in which of its stages the run is. */
export function RunProgress({ run }: { run: MigrationRun }) {
  const { t, i18n } = useLingui();
  const { counts } = run;
  const number = (value: number) => value.toLocaleString(i18n.locale);
  const over = counts.done + counts.failed;
  return (
    <>
      <div
        role="progressbar"
        aria-label={t`Tenants that are over`}
        aria-valuemin={0}
        aria-valuemax={counts.total}
        aria-valuenow={over}
        className="h-3 overflow-hidden rounded-full bg-sunken"
      >
        {/* The policy of the pages forbids style attributes, SVG's own attributes it does not. */}
        <svg viewBox={`0 0 ${Math.max(1, counts.total)} 1`} preserveAspectRatio="none" className="block h-full w-full">
          <rect width={counts.done} height={1} className="fill-accent" />
          <rect x={counts.done} width={counts.failed} height={1} className="fill-danger" />
        </svg>
      </div>
      <p className="tabular-nums">
        <Trans>
          {number(counts.done)} of {number(counts.total)} done, {number(counts.failed)} failed, {number(counts.running)}{' '}
          running, {number(counts.pending)} waiting
        </Trans>
        {counts.drifted === 0 ? null : <Trans>, {number(counts.drifted)} drifted</Trans>}
      </p>
      <ol aria-label={t`Stages`} className="flex flex-wrap gap-2">
        {stagesOf(run).map(({ number: place, kind, percent, state }) => (
          <li
            key={place}
            aria-current={state === 'current' ? 'step' : undefined}
            className={classes(
              'rounded-md border px-2.5 py-1 text-xs',
              state === 'over' && 'border-transparent bg-good-soft text-good-text',
              state === 'current' && 'border-accent bg-accent-soft text-accent-text font-semibold',
              state === 'ahead' && 'border-line text-muted',
            )}
          >
            {kind === 'canary' ? t`First tenants` : kind === 'wave' ? t`Up to ${percent} %` : t`The rest`}
          </li>
        ))}
      </ol>
    </>
  );
}
