import type { Actor } from '@helpdeskly/http';
import type { TicketEdit } from '../ticket-core/ticket-changes.js';
import type { MacroChangesDto } from './macros.dto.js';

/** What a macro means when `actor` applies it, as PATCH /tickets/:id would be told. */
export function editOf({ assignToMe, ...edit }: MacroChangesDto, actor: Actor): TicketEdit {
  return assignToMe === true ? { ...edit, assignedToId: actor.id } : edit;
}
