import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { staffQuery } from './view-queries.js';

/** Everybody who may be given a ticket, by the name that pickers show: it says who is away. */
export function useStaff() {
  const { t } = useLingui();
  const { data: staff = [] } = useQuery(staffQuery);
  return staff.map(({ id, name, away }) => ({ id, name: away ? t`${name} (away)` : name, away }));
}
