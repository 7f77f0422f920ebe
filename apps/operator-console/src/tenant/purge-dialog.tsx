import { CheckField, useWrite } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { api, ifMatch, type Tenant, unwrap } from '../api/client.js';
import { TypedConfirm } from '../shared/typed-confirm.js';

/** Drops a tenant's database at once, and its archives too if somebody wants that. */
export function PurgeDialog({ tenant: { slug, version }, onClose }: { tenant: Tenant; onClose: () => void }) {
  const { t } = useLingui();
  const [withBackups, include] = useState(false);
  const purge = useWrite(
    () =>
      unwrap(
        api.DELETE('/api/v1/tenants/{id}', {
          params: {
            path: { id: slug },
            query: { purge: 'now', ...(withBackups ? { backups: 'delete' as const } : {}) },
            header: ifMatch(version),
          },
        }),
      ),
    { keys: [['tenants'], ['fleet'], ['backups']], onDone: onClose },
  );
  return (
    <TypedConfirm
      title={t`Purge ${slug}`}
      word={slug}
      action={<Trans>Purge now</Trans>}
      isBusy={purge.isPending}
      onConfirm={() => purge.mutate()}
      onClose={onClose}
    >
      <p>
        <Trans>Its database and everything in it is dropped now. This cannot be undone.</Trans>
      </p>
      <CheckField
        label={t`Delete its backups too`}
        checked={withBackups}
        onChange={({ target }) => include(target.checked)}
        hint={t`Otherwise they stay until they expire.`}
      />
    </TypedConfirm>
  );
}
