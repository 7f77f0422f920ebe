import { Field, useWrite } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { api, type Tenant, unwrap } from '../api/client.js';
import { TypedConfirm } from '../shared/typed-confirm.js';

/** Locks a tenant's people out, with a reason that operators read later. */
export function SuspendDialog({ tenant: { slug }, onClose }: { tenant: Tenant; onClose: () => void }) {
  const { t } = useLingui();
  const [reason, say] = useState('');
  const suspend = useWrite(
    () =>
      unwrap(
        api.POST('/api/v1/tenants/{id}/suspend', {
          params: { path: { id: slug } },
          body: reason.trim() === '' ? {} : { reason: reason.trim() },
        }),
      ),
    { keys: [['tenants'], ['fleet']], onDone: onClose },
  );
  return (
    <TypedConfirm
      title={t`Suspend ${slug}`}
      word={slug}
      action={<Trans>Suspend</Trans>}
      isBusy={suspend.isPending}
      onConfirm={() => suspend.mutate()}
      onClose={onClose}
    >
      <p>
        <Trans>Its agents and customers are locked out at once. Nothing is lost.</Trans>
      </p>
      <Field
        label={t`Reason`}
        hint={t`Only operators see it.`}
        value={reason}
        onChange={({ target }) => say(target.value)}
        maxLength={500}
      />
    </TypedConfirm>
  );
}
