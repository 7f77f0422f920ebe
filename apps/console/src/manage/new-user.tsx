import { Editor, Field, SelectField, textOf } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { api, type User, unwrap } from '../api/client.js';
import { useMe } from '../session/session.js';
import { OrganizationField } from './organization-field.js';
import { roleLabels, roles } from './role-labels.js';

/** Agents add customers, admins everybody. The account opens with an invitation. */
export function NewUser({ onMade }: { onMade: (user: User) => void }) {
  const { t, i18n } = useLingui();
  const me = useMe();
  const [role, choose] = useState<User['role']>('CUSTOMER');
  const [organizationId, place] = useState<string | null>(null);
  return (
    <Editor
      read={(form) => ({
        name: textOf(form, 'name').trim(),
        email: textOf(form, 'email').trim(),
        role,
        ...(role === 'CUSTOMER' && organizationId !== null ? { organizationId } : {}),
      })}
      save={(body, key) => unwrap(api.POST('/api/v1/users', { params: { header: { 'Idempotency-Key': key } }, body }))}
      onSaved={onMade}
      keys={[['users'], ['staff'], ['people']]}
      action={<Trans>Create the user</Trans>}
    >
      {(failure) => (
        <>
          <Field label={t`Name`} name="name" required maxLength={200} error={failure?.of('name')} />
          <Field label={t`Email`} name="email" type="email" required maxLength={254} error={failure?.of('email')} />
          {me.role === 'ADMIN' ? (
            <SelectField label={t`Role`} value={role} onChange={({ target }) => choose(target.value as User['role'])}>
              {roles.map((each) => (
                <option key={each} value={each}>
                  {i18n._(roleLabels[each])}
                </option>
              ))}
            </SelectField>
          ) : null}
          {role === 'CUSTOMER' ? <OrganizationField value={organizationId} onChange={place} /> : null}
        </>
      )}
    </Editor>
  );
}
