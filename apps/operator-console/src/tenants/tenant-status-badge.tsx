import { Badge } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import type { TenantStatus } from '../api/client.js';
import { statusLabels, statusTones } from './tenant-labels.js';

export function TenantStatusBadge({ status }: { status: TenantStatus }) {
  const { i18n } = useLingui();
  return <Badge tone={statusTones[status]}>{i18n._(statusLabels[status])}</Badge>;
}
