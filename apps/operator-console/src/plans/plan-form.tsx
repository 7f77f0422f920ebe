import { type ApiFailure, Editor, Field, TextArea, textOf } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { api, ifMatch, unwrap } from '../api/client.js';
import { LimitFields, limitsOf } from '../shared/limit-fields.js';
import { namesIn } from '../shared/names.js';
import { defaultPlan, type Plan, planKeys } from './plan-queries.js';

interface PlanFormProps {
  /** The plan that is changed; without it a new one is made. */
  readonly plan?: Plan;
  readonly onSaved: () => void;
}

/** What a plan is called, how much its tenants may use, and what they can do. */
export function PlanForm({ plan, onSaved }: PlanFormProps) {
  const { t } = useLingui();
  return (
    <Editor
      read={(form) => ({
        name: textOf(form, 'name').trim(),
        limits: limitsOf(form, plan?.limits),
        features: [...namesIn(textOf(form, 'features'))],
      })}
      save={(body, key) =>
        unwrap(
          plan === undefined
            ? api.POST('/api/v1/plans', { params: { header: { 'Idempotency-Key': key } }, body })
            : api.PATCH('/api/v1/plans/{id}', {
                params: { path: { id: plan.id }, header: ifMatch(plan.version) },
                body,
              }),
        )
      }
      onSaved={onSaved}
      keys={planKeys}
      action={plan === undefined ? <Trans>Create the plan</Trans> : undefined}
    >
      {(failure) => (
        <>
          <Field
            label={t`Name`}
            name="name"
            required
            maxLength={50}
            defaultValue={plan?.name}
            readOnly={plan?.name === defaultPlan}
            hint={
              plan?.name === defaultPlan
                ? t`It is the plan of tenants that name none, so it keeps its name.`
                : plan === undefined
                  ? undefined
                  : t`Its tenants follow a new name.`
            }
            error={failure?.of('name')}
          />
          <LimitFields
            limits={plan?.limits}
            empty={t`Leave it empty for the installation’s default.`}
            failure={failure}
          />
          <TextArea
            label={t`Features`}
            name="features"
            rows={2}
            defaultValue={plan?.features.join(', ')}
            hint={t`Names, with commas between them.`}
            error={featureFault(failure)}
          />
        </>
      )}
    </Editor>
  );
}

/** What was said against the list, or the first of its names. */
const featureFault = (failure: ApiFailure | undefined) =>
  failure?.problem.errors?.find(({ field }) => /^features(\.|$)/.test(field))?.message;
