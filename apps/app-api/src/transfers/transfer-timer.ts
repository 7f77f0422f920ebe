import { TenantTimer } from '@helpdeskly/queue';

/** Which tenants have exports to write, or to remove when their day is over. */
export class TransferTimer extends TenantTimer {}
