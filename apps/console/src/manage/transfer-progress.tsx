import { Trans } from '@lingui/react/macro';

/** Of work in the background; without a total nobody knows yet how much it is. */
export function TransferProgress({ label, total, done }: { label: string; total: number | null; done: number }) {
  return (
    <span className="inline-flex items-center gap-2">
      <progress
        aria-label={label}
        className="h-1.5 w-24"
        {...(total === null ? {} : { value: done, max: Math.max(total, 1) })}
      />
      <span>
        {total === null ? (
          <Trans>{done} rows</Trans>
        ) : (
          <Trans>
            {done} of {total} rows
          </Trans>
        )}
      </span>
    </span>
  );
}
