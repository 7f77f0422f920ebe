import { Editor, Field, SelectField, textOf } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { api, ifMatch, type Tenant, unwrap } from '../api/client.js';
import { plansQuery } from '../tenants/tenant-queries.js';

/** The name and the plan of a tenant; its slug never changes. */
export function TenantForm({ tenant, onSaved }: { tenant: Tenant; onSaved: () => void }) {
  const { t } = useLingui();
  const { data: plans = [] } = useQuery(plansQuery);
  const names = plans.map(({ name }) => name);
  return (
    <Editor
      read={(form) => ({ name: textOf(form, 'name').trim(), plan: textOf(form, 'plan') })}
      save={(body) =>
        unwrap(
          api.PATCH('/api/v1/tenants/{id}', {
            params: { path: { id: tenant.slug }, header: ifMatch(tenant.version) },
            body,
          }),
        )
      }
      onSaved={onSaved}
      keys={[['tenants'], ['fleet']]}
    >
      {(failure) => (
        <>
          <Field
            label={t`Name`}
            name="name"
            required
            maxLength={200}
            defaultValue={tenant.name}
            error={failure?.of('name')}
          />
          <SelectField
            key={names.join()}
            label={t`Plan`}
            name="plan"
            defaultValue={tenant.plan}
            error={failure?.of('plan')}
          >
            {(names.includes(tenant.plan) ? names : [tenant.plan, ...names]).map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </SelectField>
        </>
      )}
    </Editor>
  );
}
