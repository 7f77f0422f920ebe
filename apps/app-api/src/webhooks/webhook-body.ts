import type { TicketEvent, WebhookDelivery } from '@helpdeskly/tenant-db';

/** What a webhook is told of an event. Ids to read the rest by: what was written is not in it. */
export interface WebhookBody {
  readonly type: string;
  readonly timestamp: string;
  readonly data: {
    readonly eventId: string | null;
    readonly ticketId: string | null;
    readonly number: number | null;
    readonly actorId: string | null;
    readonly commentId: string | null;
    /** The fields that it changed. */
    readonly fields: readonly string[];
  };
}

/** The same for each attempt: it follows from what never changes. */
export function bodyOf(
  delivery: Pick<WebhookDelivery, 'type' | 'createdAt' | 'ticketId' | 'eventId'> & {
    readonly event: TicketEvent | null;
    readonly ticket: { readonly number: number } | null;
  },
): WebhookBody {
  const { event, ticket, type, ticketId, eventId, createdAt } = delivery;
  const changes = (event?.changes ?? {}) as Readonly<Record<string, { readonly to?: unknown }>>;
  const comment = changes['commentId']?.to;
  return {
    type,
    timestamp: (event?.createdAt ?? createdAt).toISOString(),
    data: {
      eventId,
      ticketId,
      number: ticket?.number ?? null,
      actorId: event?.actorId ?? null,
      commentId: typeof comment === 'string' ? comment : null,
      fields: Object.keys(changes).sort(),
    },
  };
}
