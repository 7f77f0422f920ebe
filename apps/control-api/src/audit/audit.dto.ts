import { PageQuery, QuerySort, QueryUuidOr } from '@helpdeskly/http';

export class ListTenantEventsQuery extends PageQuery {
  @QuerySort(['createdAt'], '-createdAt')
  readonly sort?: 'createdAt' | '-createdAt';
}

export class ListAuditEventsQuery extends ListTenantEventsQuery {
  @QueryUuidOr([], { description: 'The events of one tenant, a deleted one too.' })
  readonly tenantId?: string;
}
