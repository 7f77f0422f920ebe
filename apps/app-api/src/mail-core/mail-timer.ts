import { TenantTimer } from '@helpdeskly/queue';

/** Which tenants have mails to send, and when. */
export class MailTimer extends TenantTimer {}
