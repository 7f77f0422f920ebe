import { Editor, Field, notify, SelectField, textOf } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { api, type User, unwrap } from '../api/client.js';
import { useMe } from '../session/session.js';
import { OrganizationField } from './organization-field.js';
import { roleLabels, roles } from './role-labels.js';
import { userKeys } from './user-keys.js';

/** Agents correct what stands of customers, admins everything of everybody. */
export function UserForm({ user }: { user: User }) {
  const { t, i18n } = useLingui();
  const me = useMe();
  const { id, version } = user;
  const [role, choose] = useState(user.role);
  const [organizationId, place] = useState(user.organizationId);
  const isAdmin = me.role === 'ADMIN';
  return (
    <Editor
      disabled={!isAdmin && user.role !== 'CUSTOMER'}
      read={(form) => ({
        name: textOf(form, 'name').trim(),
        email: textOf(form, 'email').trim(),
        ...(isAdmin ? { role } : {}),
        ...(role === 'CUSTOMER' ? { organizationId } : {}),
      })}
      save={(body) =>
        unwrap(
          api.PATCH('/api/v1/users/{id}', {
            params: { path: { id }, header: { 'If-Match': `"${version}"` } },
            body,
          }),
        )
      }
      onSaved={() => notify({ text: t`Saved` })}
      keys={userKeys(id)}
    >
      {(failure) => (
        <>
          <Field
            label={t`Name`}
            name="name"
            required
            maxLength={200}
            defaultValue={user.name}
            error={failure?.of('name')}
          />
          <Field
            label={t`Email`}
            name="email"
            type="email"
            required
            maxLength={254}
            defaultValue={user.email}
            hint={user.addresses.length === 0 ? undefined : t`Formerly: ${user.addresses.join(', ')}`}
            error={failure?.of('email')}
          />
          {isAdmin ? (
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
