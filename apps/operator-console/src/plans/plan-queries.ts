import { pages } from '@helpdeskly/ui';
import { api, type Schemas, unwrap } from '../api/client.js';

export type Plan = Schemas['PlanDto'];

/** The plan of tenants that name none: it keeps its name, and stays. */
export const defaultPlan = 'standard';

export const planList = (q: string) =>
  pages(['plans', 'list', q], (cursor, signal) =>
    unwrap(api.GET('/api/v1/plans', { params: { query: { ...(q === '' ? {} : { q }), limit: 50, cursor } }, signal })),
  );

/** What shows plans, or what follows from them. */
export const planKeys = [['plans'], ['tenants']];
