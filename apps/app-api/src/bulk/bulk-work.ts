import { InvalidReference, NotFound, ValidationFailed } from '@helpdeskly/errors';
import type { Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { Comments } from '../comments/comments.service.js';
import { MacroRuns } from '../macros/macro-runs.service.js';
import { Macros } from '../macros/macros.service.js';
import type { Ticket } from '../ticket-core/ticket-select.js';
import { Tickets } from '../tickets/tickets.service.js';
import type { BulkDto } from './bulk.dto.js';

/** What is to be done to each of many tickets: a change, a reply, both in one write, or a macro. */
export type Work = Pick<BulkDto, 'changes' | 'comment' | 'macroId'>;

/** Does to one ticket what is to be done to many. */
@Injectable()
export class BulkWork {
  constructor(
    private readonly db: TenantDatabase,
    private readonly tickets: Tickets,
    private readonly comments: Comments,
    private readonly macros: Macros,
    private readonly macroRuns: MacroRuns,
  ) {}

  /** Before anything is done. Throws ValidationFailed for no work, InvalidReference for a macro that this actor has not. */
  async assertSound(actor: Actor, { ids, filter, changes, comment, macroId }: BulkDto): Promise<void> {
    if (ids === undefined && filter === undefined) throw missing('ids', 'Which tickets: ids, or a filter.');
    if (macroId !== undefined)
      await this.macros.find(actor, macroId).catch((error: unknown) => {
        throw error instanceof NotFound ? new InvalidReference('macroId', 'You have no such macro.') : error;
      });
    else if (changes === undefined && comment === undefined)
      throw missing('changes', 'One of changes, comment and macroId says what is done.');
  }

  /** In one transaction, as if it were done to this ticket alone; throws what that throws. */
  async do(actor: Actor, name: string, { changes, comment, macroId }: Work, version?: number): Promise<Ticket> {
    if (macroId !== undefined) return (await this.macroRuns.apply(actor, name, macroId, version)).ticket;
    if (comment === undefined) return this.tickets.change(actor, name, changes ?? {}, version);
    return this.db.transaction(async () => {
      await this.comments.reply(actor, name, { ...comment, changes }, version);
      return this.tickets.find(actor, name);
    });
  }
}

const missing = (field: string, message: string) => new ValidationFailed([{ field, code: 'required', message }]);
