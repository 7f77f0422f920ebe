import { classes } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import type { MigrationRun } from '../api/client.js';
import { ProgressBar } from '../shared/progress-bar.js';
import { stagesOf } from './stages.js';

/** How many tenants are done, and in which of its stages the run is. */
export function RunProgress({ run }: { run: MigrationRun }) {
  const { t, i18n } = useLingui();
  const { counts } = run;
  const number = (value: number) => value.toLocaleString(i18n.locale);
  return (
    <>
      <ProgressBar label={t`Tenants that are over`} done={counts.done} failed={counts.failed} total={counts.total} />
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
