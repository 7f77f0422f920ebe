import { Button, OnceShown, sentenceOf } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation } from '@tanstack/react-query';
import { api, type Tenant, unwrap } from '../api/client.js';

/** A link with which the first admin sets a password; it is shown once. */
export function AdminInvitation({ tenant, onClose }: { tenant: Tenant; onClose: () => void }) {
  const { t } = useLingui();
  const invite = useMutation({
    mutationFn: () =>
      unwrap(api.POST('/api/v1/tenants/{id}/admin-invitation', { params: { path: { id: tenant.slug } } })),
  });
  if (invite.data !== undefined) {
    const { email, link } = invite.data;
    return <OnceShown label={t`Link for ${email}`} value={link} onClose={onClose} />;
  }
  return (
    <div className="flex flex-col gap-4">
      <p>
        <Trans>Makes a link that sets the admin's password once. Former links end.</Trans>
      </p>
      {invite.error === null ? null : (
        <p role="alert" className="font-medium text-danger-text">
          {sentenceOf(invite.error)}
        </p>
      )}
      <div>
        <Button look="primary" disabled={invite.isPending} onClick={() => invite.mutate()}>
          <Trans>Make the link</Trans>
        </Button>
      </div>
    </div>
  );
}
