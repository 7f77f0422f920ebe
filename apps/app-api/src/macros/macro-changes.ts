import type { Actor } from '@helpdeskly/http';
import type { TicketFields } from '../tickets/ticket-changes.js';
import type { ChangeTicketDto } from '../tickets/tickets.dto.js';
import { MacroTooLong } from './macros.errors.js';
import type { MacroChangesDto } from './macros.dto.js';

const mostTags = 20;

/** What a macro means for a ticket, as PATCH /tickets/:id would be told. Throws MacroTooLong. */
export function editOf(
  { assignToMe, addTags = [], removeTags = [], ...fields }: MacroChangesDto,
  { tags: before }: Pick<TicketFields, 'tags'>,
  actor: Actor,
): ChangeTicketDto {
  const tags = [...new Set([...before, ...addTags])].filter((tag) => !removeTags.includes(tag));
  if (tags.length > mostTags) throw new MacroTooLong(`the ticket would carry more than ${mostTags} tags`);
  const retagged = addTags.length + removeTags.length > 0;
  return {
    ...fields,
    ...(assignToMe === true ? { assignedToId: actor.id } : {}),
    ...(retagged ? { tags } : {}),
  };
}
