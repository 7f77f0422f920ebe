import { TenantTimer } from '@helpdeskly/queue';

/** Which tenants have mails to file. */
export class InboundTimer extends TenantTimer {}
