import { Badge } from '@helpdeskly/ui';
import { Trans } from '@lingui/react/macro';
import type { Schemas } from '../api/client.js';

/** How a drift check stands. */
export function DriftBadge({ check: { status, progress } }: { check: Schemas['DriftCheckDto'] }) {
  if (status === 'RUNNING')
    return (
      <Badge tone="accent">
        <Trans>Runs</Trans>
      </Badge>
    );
  if (progress.drifted > 0)
    return (
      <Badge tone="warn">
        <Trans>Differences found</Trans>
      </Badge>
    );
  return progress.failed > 0 ? (
    <Badge tone="danger">
      <Trans>Not all were compared</Trans>
    </Badge>
  ) : (
    <Badge tone="good">
      <Trans>As their templates</Trans>
    </Badge>
  );
}
