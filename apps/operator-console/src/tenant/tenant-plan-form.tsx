import { Editor, SelectField, textOf } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { api, ifMatch, type Tenant, unwrap } from '../api/client.js';
import { LimitFields, limitsOf } from '../shared/limit-fields.js';
import { plansQuery } from '../tenants/tenant-queries.js';

/** The plan of a tenant, and the limits that it has of its own. */
export function TenantPlanForm({ tenant, onSaved }: { tenant: Tenant; onSaved: () => void }) {
  const { t } = useLingui();
  const { data: plans = [] } = useQuery(plansQuery);
  const names = plans.map(({ name }) => name);
  return (
    <Editor
      read={(form) => ({ plan: textOf(form, 'plan'), limits: limitsOf(form, tenant.limits) })}
      save={(body) =>
        unwrap(
          api.PATCH('/api/v1/tenants/{id}', {
            params: { path: { id: tenant.slug }, header: ifMatch(tenant.version) },
            body,
          }),
        )
      }
      onSaved={onSaved}
      keys={[['tenants'], ['fleet'], ['plans']]}
    >
      {(failure) => (
        <>
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
          <p className="text-xs text-muted">
            <Trans>
              The limits that count now are shown. A limit that you change becomes the tenant’s own; those that you
              leave as they are follow the plan, unless they are its own already.
            </Trans>
          </p>
          <LimitFields limits={tenant.limits} empty={t`Leave it empty for that of the plan.`} failure={failure} />
        </>
      )}
    </Editor>
  );
}
