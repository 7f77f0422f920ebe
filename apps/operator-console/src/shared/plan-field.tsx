import { SelectField } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { defaultPlan } from '../plans/plan-queries.js';
import { plansQuery } from '../tenants/tenant-queries.js';

interface PlanFieldProps {
  /** The one that is chosen until somebody chooses: it is offered before the others are known. */
  readonly usual?: string;
  readonly error: string | undefined;
}

/** The plans to choose from. */
export function PlanField({ usual = defaultPlan, error }: PlanFieldProps) {
  const { t } = useLingui();
  const { data: plans = [] } = useQuery(plansQuery);
  const names = plans.map(({ name }) => name);
  return (
    <SelectField label={t`Plan`} name="plan" defaultValue={usual} error={error}>
      {(names.includes(usual) ? names : [usual, ...names]).map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </SelectField>
  );
}
