import { Badge } from '@helpdeskly/ui';
import { Trans } from '@lingui/react/macro';
import type { Schemas } from '../api/client.js';

/** How a rehearsal stands: a copy on which a migration failed is what an operator looks for. */
export function RehearsalBadge({ rehearsal: { status, progress } }: { rehearsal: Schemas['RehearsalDto'] }) {
  if (status === 'RUNNING')
    return (
      <Badge tone="accent">
        <Trans>Runs</Trans>
      </Badge>
    );
  return progress.failed > 0 ? (
    <Badge tone="danger">
      <Trans>A copy failed</Trans>
    </Badge>
  ) : (
    <Badge tone="good">
      <Trans>Done</Trans>
    </Badge>
  );
}
