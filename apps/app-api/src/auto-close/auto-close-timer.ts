import { TenantTimer } from '@helpdeskly/queue';

/** When to close tickets in which tenants. */
export class AutoCloseTimer extends TenantTimer {}
