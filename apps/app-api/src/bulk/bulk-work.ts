import { InvalidReference, NotFound, ValidationFailed } from '@helpdeskly/errors';
import type { Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { MacroRuns } from '../macros/macro-runs.service.js';
import { changeTicket } from '../ticket-core/change-ticket.js';
import { readTicket } from '../ticket-core/find-ticket.js';
import { replyToTicket } from '../ticket-core/reply-to-ticket.js';
import { ticketReference } from '../ticket-core/ticket-reference.js';
import type { Ticket } from '../ticket-core/ticket-select.js';
import { TicketWrites } from '../ticket-core/ticket-writes.js';
import type { BulkDto } from './bulk.dto.js';

/** What is to be done to each of many tickets: a change, a reply, both in one write, or a macro. */
export type Work = Pick<BulkDto, 'changes' | 'comment' | 'macroId'>;

/** Does to one ticket what is to be done to many. */
@Injectable()
export class BulkWork {
  constructor(
    private readonly db: TenantDatabase,
    private readonly writes: TicketWrites,
    private readonly macros: MacroRuns,
  ) {}

  /** Before anything is done. Throws ValidationFailed for no work, InvalidReference for a macro that this actor has not. */
  async assertSound(actor: Actor, { ids, filter, changes, comment, macroId }: BulkDto): Promise<void> {
    if (ids === undefined && filter === undefined) throw missing('ids', 'Which tickets: ids, or a filter.');
    if (macroId !== undefined)
      await this.macros.assertThere(actor, macroId).catch((error: unknown) => {
        throw error instanceof NotFound ? new InvalidReference('macroId', 'You have no such macro.') : error;
      });
    else if (changes === undefined && comment === undefined)
      throw missing('changes', 'One of changes, comment and macroId says what is done.');
  }

  /** In one transaction, as if it were done to this ticket alone; throws what that throws. */
  async do(actor: Actor, name: string, { changes, comment, macroId }: Work, version?: number): Promise<Ticket> {
    if (macroId !== undefined) return (await this.macros.apply(actor, name, macroId, version)).ticket;
    const reference = ticketReference(name);
    return this.db.transaction(async (tx) => {
      if (comment === undefined) return changeTicket(tx, this.writes, actor, reference, changes ?? {}, version);
      await replyToTicket(tx, this.writes, actor, reference, { ...comment, edit: changes }, version);
      return readTicket(tx, reference, actor);
    });
  }
}

const missing = (field: string, message: string) => new ValidationFailed([{ field, code: 'required', message }]);
