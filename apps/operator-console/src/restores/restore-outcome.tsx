import { Badge } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import type { Schemas } from '../api/client.js';
import { outcomeLabels, restoreLabels, restoreSteps, restoreTones } from './restore-labels.js';

/** How a restore stands, and what came of it. */
export function RestoreOutcome({ restore }: { restore: Schemas['RestoreDto'] }) {
  const { i18n } = useLingui();
  const { status, progress, result, error } = restore;
  const tickets = restore.tickets as readonly Schemas['RestoredTicketDto'][] | null;
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={restoreTones[status]}>{i18n._(restoreLabels[status])}</Badge>
        {status === 'RUNNING' ? i18n._(restoreSteps[progress]) : null}
        {status === 'DONE' && tickets === null ? <Trans>The backup serves in its place.</Trans> : null}
        {status === 'FAILED' ? <Trans>Everything is as it was.</Trans> : null}
        {typeof result?.pauseMs === 'number' ? (
          <Trans>Requests waited for {result.pauseMs.toLocaleString(i18n.locale)} ms.</Trans>
        ) : null}
      </p>
      {tickets === null ? null : (
        <ul className="flex flex-col">
          {tickets.map(({ number, outcome }) => (
            <li key={number}>
              <span className="font-medium tabular-nums">#{number}</span> {i18n._(outcomeLabels[outcome])}
            </li>
          ))}
        </ul>
      )}
      {error === null ? null : <p className="break-words text-danger-text">{error}</p>}
    </div>
  );
}
