import { TenantTimer } from '@helpdeskly/queue';

/** When to send deliveries in which tenants. */
export class WebhookTimer extends TenantTimer {}
