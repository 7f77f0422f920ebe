import { Badge, Time } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import type { Incident } from '../api/client.js';
import { severityLabels, severityTones } from './incident-labels.js';

/** What is wrong, since when, and what to do; the server's own sentences, as in the alerts. */
export function IncidentItem({ incident }: { incident: Incident }) {
  const { i18n } = useLingui();
  const { kind, severity, tenantSlug, since, resolvedAt, message, remedy } = incident;
  return (
    <li className="flex min-w-0 flex-col gap-1 py-3">
      <div className="flex flex-wrap items-center gap-2">
        <Badge tone={severityTones[severity]}>{i18n._(severityLabels[severity])}</Badge>
        <code className="text-xs text-muted">{kind}</code>
        {tenantSlug === null ? null : (
          <Link to="/tenants/$slug" params={{ slug: tenantSlug }} className="text-accent-text underline">
            {tenantSlug}
          </Link>
        )}
        <span className="text-xs text-muted">
          <Time at={since} />
        </span>
        {resolvedAt === null ? null : (
          <Badge tone="good">
            <Trans>
              Over <Time at={resolvedAt} />
            </Trans>
          </Badge>
        )}
      </div>
      <p className="font-medium break-words">{message}</p>
      <p className="break-words text-muted">{remedy}</p>
    </li>
  );
}
