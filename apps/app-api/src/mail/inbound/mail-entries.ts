import type { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { IncomingFiles, type FileOwner } from '../../attachments/incoming-files.js';
import { commentOn } from '../../ticket-core/reply-to-ticket.js';
import { ticketFields, type LockedTicket, type TicketFields } from '../../ticket-core/ticket-changes.js';
import type { FieldChanges } from '../../ticket-core/column-fields.js';
import { findTicketNumber } from '../../ticket-core/find-ticket.js';
import { participation, TicketEventType, type RecordedEvent } from '../../ticket-core/ticket-events.js';
import { continuationOf, lockUnlessMerged, takesPart } from '../../ticket-core/ticket-lock.js';
import { TicketWrites } from '../../ticket-core/ticket-writes.js';
import { isStaff, type Viewer } from '../../ticket-core/viewer.js';
import { answersNotice } from './answers-notice.js';
import { AutomaticAnswers } from './automatic-answers.js';
import type { FiledMail } from './filed-mail.js';
import { letIn } from './mail-guests.js';
import { linkTickets } from './mail-links.js';
import { keepRaw, noteMessage } from './mail-records.js';

/** What a mail became; neither when it was only noted. */
export interface MailEntry {
  readonly ticketId: string | null;
  readonly commentId: string | null;
  readonly reason: string | null;
}

/** Finds every ticket: who may write there was judged before. */
const finder: Viewer = { id: '', role: 'ADMIN' };

/** Writes mails into tickets. */
@Injectable()
export class MailEntries {
  constructor(
    private readonly writes: TicketWrites,
    private readonly files: IncomingFiles,
    private readonly answers: AutomaticAnswers,
  ) {}

  /** A comment where the mail belongs, else a new ticket. */
  async write(tx: Prisma.TransactionClient, mail: FiledMail): Promise<MailEntry> {
    const { place, sender, automatism } = mail;
    if (answersNotice(mail)) return { ticketId: null, commentId: null, reason: 'automatic_to_notice' };
    if (place === undefined) return this.open(tx, mail);
    if (!place.mayWrite) return this.open(tx, mail, { linkedToId: place.ticketId });
    const { ticket, originTicketId } = await lockWhereItGoesOn(tx, place.ticketId);
    const stillMay =
      originTicketId === null || place.byToken || isStaff(sender) || (await takesPart(tx, ticket, sender));
    if (!stillMay) return this.open(tx, mail, { linkedToId: ticket.id });
    if (ticket.status !== 'CLOSED') return this.comment(tx, mail, ticket, originTicketId);
    if (!automatism.mayReopen) return { ticketId: ticket.id, commentId: null, reason: 'automatic_to_closed' };
    const sees = (await findTicketNumber(tx, ticket.id, sender)) !== undefined;
    return this.open(tx, mail, sees ? { followUpOfId: ticket.id } : { linkedToId: ticket.id });
  }

  /** What nobody speaks for, and what machines write, leaves the status as it is. */
  private async comment(
    tx: Prisma.TransactionClient,
    mail: FiledMail,
    ticket: LockedTicket,
    originTicketId: string | null,
  ): Promise<MailEntry> {
    const { letter, sender, trust, guests, automatism } = mail;
    if (trust.invites) {
      const joined = await letIn(tx, ticket.id, [ticket.authorId, sender.id], guests);
      const events = joined.map((each) => ({
        ...participation(each.role, { from: null, to: each.id }),
        actorId: sender.id,
      }));
      if (events.length > 0) await this.writes.writeTicket(tx, ticket, finder, () => ({ events: () => events }));
    }
    const { commentId } = await commentOn(tx, this.writes, sender, await locked(tx, ticket.id), {
      body: letter.body,
      visibility: trust.speaks ? 'PUBLIC' : 'INTERNAL',
      edit: automatism.mayReopen ? {} : { status: ticket.status },
      attach: (id) => this.give(tx, mail, { commentId: id }),
      originTicketId,
      unverified: !trust.speaks,
    });
    await noteMessage(tx, mail, { ticketId: ticket.id, commentId });
    return { ticketId: ticket.id, commentId, reason: null };
  }

  private async open(
    tx: Prisma.TransactionClient,
    mail: FiledMail,
    { linkedToId, followUpOfId }: { readonly linkedToId?: string; readonly followUpOfId?: string } = {},
  ): Promise<MailEntry> {
    const { letter, sender, trust, guests, mailbox } = mail;
    const asked = {
      title: letter.title,
      description: letter.body,
      authorId: sender.id,
      groupId: mailbox?.groupId ?? null,
    };
    const fields = ticketFields.openedWith({ ...asked, followUpOfId }) as TicketFields;
    const actorId = trust.speaks ? sender.id : null;
    const made = await this.writes.openTicket<readonly RecordedEvent[]>(tx, sender, {
      fields,
      effect: async ({ id }) => {
        await this.give(tx, mail, { openingOfId: id });
        await noteMessage(tx, mail, { ticketId: id, commentId: null });
        const joined = trust.speaks ? await letIn(tx, id, [sender.id], guests) : [];
        return joined.map((each) => ({ ...participation(each.role, { from: null, to: each.id }), actorId }));
      },
      events: (changes: FieldChanges, joined) => [{ type: TicketEventType.CREATED, actorId, changes }, ...joined],
    });
    if (linkedToId !== undefined) await linkTickets(tx, this.writes, linkedToId, made.id);
    await this.answers.follow(tx, mail, made.id);
    return { ticketId: made.id, commentId: null, reason: null };
  }

  /** The mail's files, and the message itself. */
  private async give(tx: Prisma.TransactionClient, mail: FiledMail, owner: FileOwner): Promise<readonly string[]> {
    await keepRaw(tx, mail, owner);
    return this.files.give(tx, mail.files, owner, mail.inlineIds);
  }
}

const locked = (tx: Prisma.TransactionClient, id: string) => lockUnlessMerged(tx, { id }, finder);

/** The ticket, or the one in which its conversation goes on. */
async function lockWhereItGoesOn(
  tx: Prisma.TransactionClient,
  id: string,
): Promise<{ readonly ticket: LockedTicket; readonly originTicketId: string | null }> {
  for (let at = id; ;) {
    const ticket = await locked(tx, at);
    if (ticket.mergedIntoId === null) return { ticket, originTicketId: at === id ? null : id };
    at = await continuationOf(tx, at);
  }
}
