import { TicketEventType } from '../ticket-core/ticket-events.js';

const { IMPORTED: _never, ...sent } = TicketEventType;

/** Events of tickets that webhooks can be told of: no webhook hears of what was imported. */
export const WebhookEventType = sent;

export type WebhookEventType = (typeof WebhookEventType)[keyof typeof WebhookEventType];
