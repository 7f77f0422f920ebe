import { Badge, Button, Confirm, Field, notify, useWrite } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { api, type Schemas, type User, unwrap } from '../api/client.js';
import { useMe } from '../session/session.js';
import { userStatusLabels, userStatusTones } from './role-labels.js';
import { userKeys } from './user-keys.js';

/** How the person gets in: a link to choose a password, the second factor, and whether the account is open at all. */
export function UserAccess({ user }: { user: User }) {
  const { t, i18n } = useLingui();
  const me = useMe();
  const { id, status, version } = user;
  const [asks, ask] = useState<'disable' | 'factor'>();
  const close = () => ask(undefined);
  const change = useWrite(
    (next: User['status']) =>
      unwrap(
        api.PATCH('/api/v1/users/{id}', {
          params: { path: { id }, header: { 'If-Match': `"${version}"` } },
          body: { status: next },
        }),
      ),
    { keys: userKeys(id), onDone: close },
  );
  const reset = useWrite(() => unwrap(api.DELETE('/api/v1/users/{id}/mfa', { params: { path: { id } } })), {
    keys: userKeys(id),
    onDone: () => {
      close();
      notify({ text: t`The second factor is off.` });
    },
  });
  const isAdmin = me.role === 'ADMIN';
  return (
    <>
      <p>
        <Badge tone={userStatusTones[status]}>{i18n._(userStatusLabels[status])}</Badge>
      </p>
      {status === 'DISABLED' ? null : <PasswordLink user={user} />}
      {isAdmin ? (
        <div className="flex flex-wrap gap-2">
          {status === 'ACTIVE' ? (
            <Button onClick={() => ask('factor')}>
              <Trans>Turn the second factor off</Trans>
            </Button>
          ) : null}
          {status === 'DISABLED' ? (
            <Button disabled={change.isPending} onClick={() => change.mutate('ACTIVE')}>
              <Trans>Enable the account</Trans>
            </Button>
          ) : (
            <Button disabled={id === me.id} onClick={() => ask('disable')}>
              <Trans>Disable the account</Trans>
            </Button>
          )}
        </div>
      ) : null}
      <Confirm
        open={asks === 'disable'}
        title={t`Disable the account`}
        action={<Trans>Disable the account</Trans>}
        disabled={change.isPending}
        onConfirm={() => change.mutate('DISABLED')}
        onClose={close}
      >
        <p>
          <Trans>{user.name} is signed out everywhere at once, and cannot sign in. Tickets stay.</Trans>
        </p>
      </Confirm>
      <Confirm
        open={asks === 'factor'}
        title={t`Turn the second factor off`}
        action={<Trans>Turn off</Trans>}
        disabled={reset.isPending}
        onConfirm={() => reset.mutate(undefined)}
        onClose={close}
      >
        <p>
          <Trans>For a lost phone. {user.name} is signed out everywhere, and told of it.</Trans>
        </p>
      </Confirm>
    </>
  );
}

/** The link opens the account to whoever has it: it is shown once, and nobody but the person should get it. */
function PasswordLink({ user: { id, name, status } }: { user: User }) {
  const { t, i18n } = useLingui();
  const [link, show] = useState<Schemas['InvitationDto']>();
  const make = useWrite(
    () =>
      unwrap(
        api.POST('/api/v1/users/{id}/invitation', {
          params: { path: { id }, header: { 'Idempotency-Key': crypto.randomUUID() } },
        }),
      ),
    { keys: userKeys(id), onDone: show },
  );
  if (link === undefined) {
    return (
      <div>
        <Button disabled={make.isPending} onClick={() => make.mutate(undefined)}>
          {status === 'INVITED' ? (
            <Trans>Make an invitation link</Trans>
          ) : (
            <Trans>Make a link for a new password</Trans>
          )}
        </Button>
      </div>
    );
  }
  const address = `${location.origin}/invitation#${link.token}`;
  const until = new Intl.DateTimeFormat(i18n.locale, { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(link.expiresAt),
  );
  return (
    <div className="flex flex-wrap items-end gap-2">
      <div className="min-w-60 flex-1">
        <Field
          label={t`Link for ${name}`}
          hint={t`Shown only now; good once, until ${until}.`}
          readOnly
          value={address}
          onFocus={({ currentTarget }) => currentTarget.select()}
        />
      </div>
      <Button
        onClick={() => {
          navigator.clipboard.writeText(address).then(
            () => notify({ text: t`Copied` }),
            () => notify({ tone: 'danger', text: t`Your browser did not allow it. Copy the text by hand.` }),
          );
        }}
      >
        <Trans>Copy</Trans>
      </Button>
    </div>
  );
}
