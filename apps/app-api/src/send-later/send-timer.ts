import { TenantTimer } from '@helpdeskly/queue';

/** When to send held comments in which tenants. */
export class SendTimer extends TenantTimer {}
