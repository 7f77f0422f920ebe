import { Editor, Field, textOf } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { Tenant } from '../api/client.js';
import { changeTenant } from './change-tenant.js';

/** The name of a tenant, as it was when the form was opened; its slug never changes. */
export function TenantForm({ tenant: now, onSaved }: { tenant: Tenant; onSaved: () => void }) {
  const { t } = useLingui();
  const [tenant] = useState(now);
  return (
    <Editor
      read={(form) => ({ name: textOf(form, 'name').trim() })}
      save={(body) => changeTenant(tenant, body)}
      onSaved={onSaved}
      keys={[['tenants'], ['fleet']]}
    >
      {(failure) => (
        <Field
          label={t`Name`}
          name="name"
          required
          maxLength={200}
          defaultValue={tenant.name}
          error={failure?.of('name')}
        />
      )}
    </Editor>
  );
}
