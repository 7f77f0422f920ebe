import { InvalidReference, NotFound } from '@helpdeskly/errors';
import { isUuid, type Actor } from '@helpdeskly/http';
import { TenantDatabase, type TenantPrisma } from '@helpdeskly/tenancy';
import type { Prisma, TicketLinkType } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { mostLinks } from '../ticket-core/ticket-limits.js';
import { TicketEventType } from '../ticket-core/ticket-events.js';
import { ticketReference } from '../ticket-core/ticket-reference.js';
import { TicketWrites } from '../ticket-core/ticket-writes.js';
import { findVisibleTicket } from '../ticket-core/find-ticket.js';
import { lockTickets } from '../ticket-core/ticket-lock.js';
import { type LockedTicket } from '../ticket-core/ticket-changes.js';
import { LinkExists, TooManyLinks } from './errors.js';
import type { LinkTicketDto, TicketLinkDto } from './links.dto.js';

const linked = { select: { id: true, number: true, title: true, status: true, deletedAt: true } } as const;
const included = { from: linked, to: linked } as const;
type LinkRow = Prisma.TicketLinkGetPayload<{ include: typeof included }>;

/** How tickets belong together, for the staff; also those that are closed. Both tickets hear of it. */
@Injectable()
export class TicketLinks {
  constructor(
    private readonly db: TenantDatabase,
    private readonly writes: TicketWrites,
  ) {}

  /** Without those to tickets that were deleted. */
  async list(actor: Actor, name: string): Promise<{ data: TicketLinkDto[] }> {
    const ticketId = await findVisibleTicket(this.db.reader, ticketReference(name), actor);
    const rows = await linksOf(this.db.client, ticketId);
    return { data: rows.map((row) => viewLink(row, ticketId)) };
  }

  /** Throws NotFound, InvalidReference, LinkExists, TooManyLinks. */
  async link(actor: Actor, name: string, input: LinkTicketDto): Promise<TicketLinkDto> {
    const reference = ticketReference(name);
    return this.db.transaction(async (tx) => {
      const { type } = input;
      const ticketId = await findVisibleTicket(tx, reference, actor);
      const otherId = await findVisibleTicket(tx, { id: input.ticketId }, actor).catch((error: unknown) => {
        throw error instanceof NotFound ? new InvalidReference('ticketId', 'There is no such ticket.') : error;
      });
      if (ticketId === otherId) throw new InvalidReference('ticketId', 'A ticket cannot be linked to itself.');
      const [ticket, other] = await lockTickets(tx, [ticketId, otherId], actor);
      for (const each of [ticketId, otherId])
        if ((await linksOf(tx, each)).length >= mostLinks) throw new TooManyLinks(mostLinks);
      const { count } = await tx.ticketLink.createMany({ data: [ends(ticket, other, type)], skipDuplicates: true });
      if (count === 0) throw new LinkExists();
      await this.tell(tx, actor, [ticket, other], type, 'LINKED');
      const row = await tx.ticketLink.findFirstOrThrow({ where: ends(ticket, other, type), include: included });
      return viewLink(row, ticketId);
    });
  }

  /** Throws NotFound. */
  async unlink(actor: Actor, name: string, linkId: string): Promise<void> {
    const reference = ticketReference(name);
    await this.db.transaction(async (tx) => {
      const ticketId = await findVisibleTicket(tx, reference, actor);
      const row = isUuid(linkId) ? await tx.ticketLink.findUnique({ where: { id: linkId } }) : null;
      if (row === null || (row.fromId !== ticketId && row.toId !== ticketId)) throw new NotFound('link');
      const otherId = row.fromId === ticketId ? row.toId : row.fromId;
      const pair = await lockTickets(tx, [ticketId, otherId], actor, 'included');
      const { count } = await tx.ticketLink.deleteMany({ where: { id: linkId } });
      if (count === 0) throw new NotFound('link');
      await this.tell(tx, actor, pair, row.type, 'UNLINKED');
    });
  }

  /** Hidden from customers, who may not know of the other ticket. */
  private async tell(
    tx: Prisma.TransactionClient,
    actor: Actor,
    [one, other]: readonly [LockedTicket, LockedTicket],
    type: TicketLinkType,
    event: 'LINKED' | 'UNLINKED',
  ): Promise<void> {
    for (const [ticket, to] of [
      [one, other],
      [other, one],
    ] as const) {
      const value = `${type} ${to.id}`;
      const changes = { link: event === 'LINKED' ? { from: null, to: value } : { from: value, to: null } };
      const told = { type: TicketEventType[event], actorId: actor.id, changes, internal: true };
      await this.writes.writeTicket(tx, ticket, actor, () => ({ events: () => [told] }));
    }
  }
}

/** The older ticket is where a RELATED link begins, whoever was named first. */
function ends(ticket: LockedTicket, other: LockedTicket, type: TicketLinkType) {
  const turned = type === 'RELATED' && other.number < ticket.number;
  return turned ? { fromId: other.id, toId: ticket.id, type } : { fromId: ticket.id, toId: other.id, type };
}

async function linksOf(db: TenantPrisma, ticketId: string): Promise<LinkRow[]> {
  const rows = await db.ticketLink.findMany({
    where: { OR: [{ fromId: ticketId }, { toId: ticketId }] },
    include: included,
    orderBy: { id: 'asc' },
  });
  return rows.filter(({ from, to }) => from.deletedAt === null && to.deletedAt === null);
}

function viewLink({ id, type, from, to, createdAt }: LinkRow, seenFrom: string): TicketLinkDto {
  const { id: otherId, number, title, status } = from.id === seenFrom ? to : from;
  return {
    id,
    type,
    direction: type === 'RELATED' || from.id === seenFrom ? 'OUT' : 'IN',
    ticket: { id: otherId, number, title, status },
    createdAt: createdAt.toISOString(),
  };
}
