import { assertVersion, type Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { AttachmentRemoval } from '../attachments/attachment-removal.js';
import { blankComment, blankFields, lockForRedaction, type RedactableField } from '../ticket-core/ticket-redactions.js';
import { redaction } from '../ticket-core/ticket-events.js';
import { ticketReference } from '../ticket-core/ticket-reference.js';
import type { Ticket } from '../ticket-core/ticket-select.js';
import { TicketWrites } from '../ticket-core/ticket-writes.js';
import { findVisibleTicket, readTicket } from '../ticket-core/find-ticket.js';

/** Takes words of tickets away for good. */
@Injectable()
export class TicketRedactions {
  constructor(
    private readonly db: TenantDatabase,
    private readonly writes: TicketWrites,
    private readonly removal: AttachmentRemoval,
  ) {}

  /** Doing it again changes nothing. Throws NotFound, VersionConflict. */
  async redact(
    actor: Actor,
    name: string,
    fields: readonly RedactableField[],
    version: number | undefined,
  ): Promise<Ticket> {
    const reference = ticketReference(name);
    return this.db.transaction(async (tx) => {
      const { ticket, repetition } = await lockForRedaction(tx, actor, await findVisibleTicket(tx, reference, actor));
      assertVersion(version, ticket.version);
      const blanked = await blankFields(tx, this.writes, actor, ticket, fields);
      if (blanked.includes('description')) await this.removal.removeOfOpening(tx, ticket.id);
      if (repetition !== undefined && blanked.includes('description')) {
        const { id, holder } = repetition;
        await this.writes.writeTicket(tx, holder, actor, () => ({
          effect: () => blankComment(tx, id, holder.at),
          events: () => [{ ...redaction(id, holder.at), actorId: actor.id }],
        }));
      }
      return readTicket(tx, ticket, actor);
    });
  }
}
