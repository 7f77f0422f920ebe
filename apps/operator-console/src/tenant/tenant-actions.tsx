import { Button, Dialog, useWrite } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { api, ifMatch, type Tenant, unwrap } from '../api/client.js';
import { MoveDialog } from '../moves/move-dialog.js';
import { useMay } from '../session/session.js';
import { AdminInvitation } from './admin-invitation.js';
import { CloneDialog } from './clone-dialog.js';
import { isOffered, type Deed } from './deeds.js';
import { PurgeDialog } from './purge-dialog.js';
import { SuspendDialog } from './suspend-dialog.js';
import { TenantForm } from './tenant-form.js';
import { TenantPlanForm } from './tenant-plan-form.js';
import { TypedConfirm } from '../shared/typed-confirm.js';

type Order = 'activate' | 'deactivate' | 'restore' | 'retry' | 'credentials/rotate';

/** What an operator may do with the tenant as it is now. What locks people out or cannot be undone asks for the slug. */
export function TenantActions({ tenant }: { tenant: Tenant }) {
  const { t } = useLingui();
  const may = useMay();
  const { slug, version } = tenant;
  const [asked, ask] = useState<Deed>();
  const close = () => ask(undefined);
  const keys = [['tenants'], ['fleet']];
  const params = { path: { id: slug } };
  const order = useWrite(
    (name: Order) => {
      switch (name) {
        case 'activate':
          return unwrap(api.POST('/api/v1/tenants/{id}/activate', { params }));
        case 'deactivate':
          return unwrap(api.POST('/api/v1/tenants/{id}/deactivate', { params }));
        case 'restore':
          return unwrap(api.POST('/api/v1/tenants/{id}/restore', { params }));
        case 'retry':
          return unwrap(api.POST('/api/v1/tenants/{id}/retry', { params }));
        case 'credentials/rotate':
          return unwrap(api.POST('/api/v1/tenants/{id}/credentials/rotate', { params }));
      }
    },
    { keys },
  );
  const remove = useWrite(
    () => unwrap(api.DELETE('/api/v1/tenants/{id}', { params: { ...params, header: ifMatch(version) } })),
    { keys, onDone: close },
  );
  const offers = (deed: Deed) => isOffered(deed, tenant, may.own);
  return (
    <div className="flex flex-wrap gap-2">
      {offers('rename') ? (
        <Button onClick={() => ask('rename')}>
          <Trans>Rename…</Trans>
        </Button>
      ) : null}
      {offers('plan') ? (
        <Button onClick={() => ask('plan')}>
          <Trans>Plan and limits…</Trans>
        </Button>
      ) : null}
      {offers('retry') ? (
        <Button look="primary" disabled={order.isPending} onClick={() => order.mutate('retry')}>
          <Trans>Try again</Trans>
        </Button>
      ) : null}
      {offers('activate') ? (
        <Button look="primary" disabled={order.isPending} onClick={() => order.mutate('activate')}>
          <Trans>Activate</Trans>
        </Button>
      ) : null}
      {offers('invite') ? (
        <Button onClick={() => ask('invite')}>
          <Trans>Invite the admin…</Trans>
        </Button>
      ) : null}
      {offers('rotate') ? (
        <Button
          disabled={order.isPending || tenant.credentialRotation !== null}
          onClick={() => order.mutate('credentials/rotate')}
        >
          <Trans>Rotate the credentials</Trans>
        </Button>
      ) : null}
      {offers('clone') ? (
        <Button onClick={() => ask('clone')}>
          <Trans>Clone…</Trans>
        </Button>
      ) : null}
      {offers('move') ? (
        <Button onClick={() => ask('move')}>
          <Trans>Move…</Trans>
        </Button>
      ) : null}
      {offers('suspend') ? (
        <Button onClick={() => ask('suspend')}>
          <Trans>Suspend…</Trans>
        </Button>
      ) : null}
      {offers('deactivate') ? (
        <Button disabled={order.isPending} onClick={() => order.mutate('deactivate')}>
          <Trans>Deactivate</Trans>
        </Button>
      ) : null}
      {offers('restore') ? (
        <Button look="primary" disabled={order.isPending} onClick={() => order.mutate('restore')}>
          <Trans>Restore</Trans>
        </Button>
      ) : null}
      {offers('delete') ? (
        <Button onClick={() => ask('delete')}>
          <Trans>Delete…</Trans>
        </Button>
      ) : null}
      {offers('purge') ? (
        <Button look="danger" onClick={() => ask('purge')}>
          <Trans>Purge now…</Trans>
        </Button>
      ) : null}
      <Dialog open={asked === 'rename'} onClose={close} title={t`Rename ${slug}`} closeLabel={t`Close`}>
        <TenantForm tenant={tenant} onSaved={close} />
      </Dialog>
      <Dialog open={asked === 'plan'} onClose={close} title={t`Plan and limits of ${slug}`} closeLabel={t`Close`}>
        <TenantPlanForm tenant={tenant} onSaved={close} />
      </Dialog>
      <Dialog open={asked === 'invite'} onClose={close} title={t`Invite the admin`} closeLabel={t`Close`}>
        <AdminInvitation tenant={tenant} onClose={close} />
      </Dialog>
      {asked === 'suspend' ? <SuspendDialog tenant={tenant} onClose={close} /> : null}
      {asked === 'delete' ? (
        <TypedConfirm
          title={t`Delete ${slug}`}
          word={slug}
          action={<Trans>Delete</Trans>}
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onClose={close}
        >
          <p>
            <Trans>Everybody is locked out at once. Until it is purged, it can be restored.</Trans>
          </p>
        </TypedConfirm>
      ) : null}
      {asked === 'clone' ? <CloneDialog tenant={tenant} onClose={close} /> : null}
      {asked === 'move' ? <MoveDialog tenant={tenant} onClose={close} /> : null}
      {asked === 'purge' ? <PurgeDialog tenant={tenant} onClose={close} /> : null}
    </div>
  );
}
