import { Badge } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import type { DatabaseServer } from '../api/client.js';
import { serverLabels, serverTones } from './server-labels.js';

/** How much room a server has left. */
export function ServerRoom({ server: { id, name, state, tenants, maxTenants } }: { server: DatabaseServer }) {
  const { t, i18n } = useLingui();
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Link to="/tenants" search={{ serverId: id }} className="text-accent-text underline">
          {name}
        </Link>
        <Badge tone={serverTones[state]}>{i18n._(serverLabels[state])}</Badge>
      </div>
      <meter
        aria-label={t`Tenants on ${name}`}
        min={0}
        max={maxTenants}
        high={maxTenants * 0.9}
        value={tenants}
        className="mt-1 block w-full"
      />
      <p className="text-xs text-muted tabular-nums">
        <Trans>
          {tenants.toLocaleString(i18n.locale)} of {maxTenants.toLocaleString(i18n.locale)} tenants
        </Trans>
      </p>
    </>
  );
}
