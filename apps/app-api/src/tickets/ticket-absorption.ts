import type { TicketPriority } from '@helpdeskly/tenant-db';
import type { TicketFields } from '../ticket-core/ticket-changes.js';
import { mostTags } from '../ticket-core/ticket-limits.js';
import { isDone } from '../ticket-core/ticket-status.js';

const priorities: readonly TicketPriority[] = ['LOW', 'MEDIUM', 'HIGH', 'URGENT'];

type Absorbed = Pick<TicketFields, 'status' | 'priority' | 'tags'>;

/**
 * What a ticket becomes when another one is merged into it: as urgent as the more urgent one, with the tags of both (its own
 * first, then as many of the other's as there is room for, which keeps them all), and open again when it was resolved and the
 * other was not.
 */
export function absorbedBy(target: Absorbed, source: Absorbed): Partial<Absorbed> {
  const tags = [...new Set([...target.tags, ...source.tags])].slice(0, Math.max(mostTags, target.tags.length));
  const isMoreUrgent = priorities.indexOf(source.priority) > priorities.indexOf(target.priority);
  return {
    tags,
    ...(isMoreUrgent && { priority: source.priority }),
    ...(target.status === 'RESOLVED' && !isDone(source.status) && { status: 'OPEN' as const }),
  };
}
