import { Editor, Field, OnceShown, SelectField, textOf } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { api, type Operator, type Schemas, unwrap } from '../api/client.js';
import { invitationLink } from './invitation-link.js';
import { roleLabels, roles } from './role-labels.js';

/** An operator is invited by a link, which is shown once. */
export function NewOperator({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useLingui();
  const [invitation, show] = useState<Schemas['OperatorInvitationDto']>();
  if (invitation !== undefined) {
    const { email, token } = invitation;
    return <OnceShown label={t`Link for ${email}`} value={invitationLink(token)} onClose={onClose} />;
  }
  return (
    <Editor
      read={(form) => ({
        name: textOf(form, 'name').trim(),
        email: textOf(form, 'email').trim(),
        role: textOf(form, 'role') as Operator['role'],
      })}
      save={(body, key) =>
        unwrap(api.POST('/api/v1/operators', { params: { header: { 'Idempotency-Key': key } }, body }))
      }
      onSaved={(created) => (created.invitation === null ? onClose() : show(created.invitation))}
      keys={[['operators']]}
      action={<Trans>Invite</Trans>}
    >
      {(failure) => (
        <>
          <Field label={t`Name`} name="name" required maxLength={200} error={failure?.of('name')} />
          <Field label={t`Email`} name="email" type="email" required error={failure?.of('email')} />
          <SelectField label={t`Role`} name="role" defaultValue="OPERATOR">
            {roles.map((role) => (
              <option key={role} value={role}>
                {i18n._(roleLabels[role])}
              </option>
            ))}
          </SelectField>
        </>
      )}
    </Editor>
  );
}
