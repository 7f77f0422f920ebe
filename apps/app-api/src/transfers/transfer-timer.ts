import { TenantTimer } from '@helpdeskly/queue';

/** Which tenants have exports to write or imports to do, or archives whose day is over. */
export class TransferTimer extends TenantTimer {}
