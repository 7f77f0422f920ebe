import type { Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { CommentVisibility } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { changeTicket } from '../ticket-core/change-ticket.js';
import { readTicket } from '../ticket-core/find-ticket.js';
import { replyToTicket } from '../ticket-core/reply-to-ticket.js';
import { lockUnlessMerged } from '../ticket-core/ticket-lock.js';
import { ticketReference } from '../ticket-core/ticket-reference.js';
import type { Ticket } from '../ticket-core/ticket-select.js';
import { TicketWrites } from '../ticket-core/ticket-writes.js';
import { editOf } from './macro-changes.js';
import { MacroTooLong } from './errors.js';
import { findMacro, viewMacro } from './macros.queries.js';
import type { MacroDto } from './macros.dto.js';
import { fillIn, type Filling } from './placeholders.js';

export interface MacroResult {
  readonly reply: { readonly body: string; readonly visibility: CommentVisibility } | null;
  readonly ticket: Ticket;
}

const longestBody = 65_536;

/** Carries its result out of a transaction that is not to be committed. */
class Previewed extends Error {
  constructor(readonly result: MacroResult) {
    super('a preview is not kept');
  }
}

/** What macros do to tickets. */
@Injectable()
export class MacroRuns {
  constructor(
    private readonly db: TenantDatabase,
    private readonly writes: TicketWrites,
  ) {}

  /** Throws NotFound unless the actor has this macro. */
  async assertThere(actor: Actor, macroId: string): Promise<void> {
    await findMacro(this.db.client, actor, macroId);
  }

  /**
   * The reply and the changes, in one write. Throws NotFound, VersionConflict, MacroTooLong, and what PATCH and replies throw.
   */
  apply(actor: Actor, name: string, macroId: string, version?: number): Promise<MacroResult> {
    return this.db.transaction(async (tx) => {
      const macro = viewMacro(await findMacro(tx, actor, macroId));
      const { id, priority } = await lockUnlessMerged(tx, ticketReference(name), actor);
      const before = { ...(await readTicket(tx, { id }, actor)), priority };
      const reply = await this.replyOf(macro, before, actor);
      const edit = editOf(macro.changes, actor);
      if (reply === null) return { reply, ticket: await changeTicket(tx, this.writes, actor, { id }, edit, version) };
      await replyToTicket(tx, this.writes, actor, { id }, { ...reply, edit }, version);
      return { reply, ticket: await readTicket(tx, { id }, actor) };
    });
  }

  /** What `apply` would do, tried and taken back: the same answers, the refusals too. */
  async preview(actor: Actor, name: string, macroId: string): Promise<MacroResult> {
    try {
      return await this.db.transaction(async () => {
        throw new Previewed(await this.apply(actor, name, macroId));
      });
    } catch (error) {
      if (error instanceof Previewed) return error.result;
      throw error;
    }
  }

  private async replyOf(
    { reply }: Pick<MacroDto, 'reply'>,
    ticket: Filling['ticket'],
    actor: Actor,
  ): Promise<MacroResult['reply']> {
    if (reply === null) return null;
    const me = await this.db.client.user.findUniqueOrThrow({
      where: { id: actor.id },
      select: { name: true, email: true },
    });
    const body = fillIn(reply.body, { ticket, me });
    if (body.trim() === '') return null; // All of it were placeholders of what the ticket has not.
    if ([...body].length > longestBody)
      throw new MacroTooLong(`the reply would be longer than ${longestBody} characters`);
    return { body, visibility: reply.visibility ?? 'PUBLIC' };
  }
}
