import { Button, Editor, Field, OnceShown, SelectField, textOf, useWrite } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { api, ifMatch, type Operator, unwrap } from '../api/client.js';
import { useMe } from '../session/session.js';
import { invitationLink } from './invitation-link.js';
import { roleLabels, roles } from './role-labels.js';

/** An operator's account, as its OWNERs change it. */
export function OperatorDetails({ operator, onClose }: { operator: Operator; onClose: () => void }) {
  const { t, i18n } = useLingui();
  const me = useMe();
  const { id, email, version, status } = operator;
  const [link, show] = useState<string>();
  const keys = [['operators']];
  const params = { path: { id } };
  const invite = useWrite(() => unwrap(api.POST('/api/v1/operators/{id}/invitation', { params })), {
    keys,
    onDone: ({ token }) => show(invitationLink(token)),
  });
  const removeFactor = useWrite(() => unwrap(api.DELETE('/api/v1/operators/{id}/mfa', { params })), {
    keys,
    onDone: onClose,
  });
  const enable = useWrite(
    (next: 'ACTIVE' | 'DISABLED') =>
      unwrap(
        api.PATCH('/api/v1/operators/{id}', {
          params: { ...params, header: ifMatch(version) },
          body: { status: next },
        }),
      ),
    { keys, onDone: onClose },
  );
  if (link !== undefined) return <OnceShown label={t`Link for ${email}`} value={link} onClose={onClose} />;
  return (
    <div className="flex flex-col gap-5">
      <Editor
        read={(form) => ({
          name: textOf(form, 'name').trim(),
          email: textOf(form, 'email').trim(),
          role: textOf(form, 'role') as Operator['role'],
        })}
        save={(body) =>
          unwrap(api.PATCH('/api/v1/operators/{id}', { params: { ...params, header: ifMatch(version) }, body }))
        }
        onSaved={onClose}
        keys={keys}
      >
        {(failure) => (
          <>
            <Field
              label={t`Name`}
              name="name"
              required
              maxLength={200}
              defaultValue={operator.name}
              error={failure?.of('name')}
            />
            <Field
              label={t`Email`}
              name="email"
              type="email"
              required
              defaultValue={email}
              error={failure?.of('email')}
            />
            <SelectField label={t`Role`} name="role" defaultValue={operator.role}>
              {roles.map((role) => (
                <option key={role} value={role}>
                  {i18n._(roleLabels[role])}
                </option>
              ))}
            </SelectField>
          </>
        )}
      </Editor>
      <div className="flex flex-wrap gap-2 border-t border-line pt-4">
        {status === 'DISABLED' ? (
          <Button disabled={enable.isPending} onClick={() => enable.mutate('ACTIVE')}>
            <Trans>Enable the account</Trans>
          </Button>
        ) : (
          <>
            <Button disabled={invite.isPending} onClick={() => invite.mutate()}>
              <Trans>Make a link for a new password</Trans>
            </Button>
            <Button disabled={removeFactor.isPending} onClick={() => removeFactor.mutate()}>
              <Trans>Remove the second factor</Trans>
            </Button>
            {id === me.id ? null : (
              <Button look="danger" disabled={enable.isPending} onClick={() => enable.mutate('DISABLED')}>
                <Trans>Disable the account</Trans>
              </Button>
            )}
          </>
        )}
      </div>
    </div>
  );
}
