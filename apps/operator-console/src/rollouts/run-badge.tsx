import { Badge } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import { runLabels, type RunStatus, runTones } from './run-labels.js';

export function RunBadge({ status }: { status: RunStatus }) {
  const { i18n } = useLingui();
  return <Badge tone={runTones[status]}>{i18n._(runLabels[status])}</Badge>;
}
