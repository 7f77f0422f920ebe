import { Editor, textOf } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { Tenant } from '../api/client.js';
import { LimitFields, limitsOf } from '../shared/limit-fields.js';
import { PlanField } from '../shared/plan-field.js';
import { changeTenant } from './change-tenant.js';

/** The plan of a tenant, and the limits that it has of its own: as they were when the form was opened, so that it undoes nobody's change. */
export function TenantPlanForm({ tenant: now, onSaved }: { tenant: Tenant; onSaved: () => void }) {
  const { t } = useLingui();
  const [tenant] = useState(now);
  return (
    <Editor
      read={(form) => ({ plan: textOf(form, 'plan'), limits: limitsOf(form, tenant.limits) })}
      save={(body) => changeTenant(tenant, body)}
      onSaved={onSaved}
      keys={[['tenants'], ['fleet'], ['plans']]}
    >
      {(failure) => (
        <>
          <PlanField usual={tenant.plan} error={failure?.of('plan')} />
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
