import { TenantTimer } from '@helpdeskly/queue';

/** Which tenants have runs to do: their time is always now. */
export class BulkTimer extends TenantTimer {}
