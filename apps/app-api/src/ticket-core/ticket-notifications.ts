import type { Prisma } from '@helpdeskly/tenant-db';
import type { Notifier } from '../notification-core/notifier.js';
import { TicketEventType, type RecordedEvent } from './ticket-events.js';

type Transaction = Prisma.TransactionClient;

/**
 * Tells those whom a write to a locked ticket concerns, by the events that it recorded. One who is assigned hears that alone, not also
 * of the reply that came with it; one who is mentioned hears of the mention, not of the reply.
 */
export async function notifyOfWrite(
  tx: Transaction,
  notifier: Notifier,
  ticketId: string,
  events: readonly RecordedEvent[],
  mentioned: readonly string[] = [],
): Promise<void> {
  const assignee = named(events, 'assignedToId');
  for (const { actorId, type, changes } of events) {
    const about = { ticketId, actorId };
    if (assignee !== undefined && changes.assignedToId !== undefined)
      await notifier.notify(tx, [assignee], { ...about, kind: 'ASSIGNED' });
    const groupId = named([{ changes }], 'groupId');
    if (groupId !== undefined) {
      const members = await tx.groupMember.findMany({ where: { groupId }, select: { userId: true } });
      const others = members.map(({ userId }) => userId).filter((id) => id !== assignee);
      await notifier.notify(tx, others, { ...about, kind: 'GROUP_ASSIGNED' });
    }
    const commentId = type === TicketEventType.COMMENTED ? named([{ changes }], 'commentId') : undefined;
    if (commentId === undefined) continue;
    const readers = await readersOf(tx, ticketId, commentId, mentioned);
    const calling = readers.filter((reader) => reader.mentioned).map(({ id }) => id);
    await notifier.notify(tx, calling, { ...about, commentId, kind: 'MENTIONED' });
    const hearing = readers.filter((reader) => !reader.mentioned && reader.id !== assignee).map(({ id }) => id);
    await notifier.notify(tx, hearing, { ...about, commentId, kind: 'REPLIED' });
  }
}

/** What these events newly name in a field. */
function named(events: readonly Pick<RecordedEvent, 'changes'>[], field: string): string | undefined {
  const to = events.map(({ changes }) => changes[field]?.to).find((value) => typeof value === 'string');
  return typeof to === 'string' ? to : undefined;
}

interface Reader {
  readonly id: string;
  readonly mentioned: boolean;
}

/**
 * Whom a comment is for: the ticket's author, assignee and participants, and of the staff those whom it mentions. Only the staff hears
 * of an internal one.
 */
function readersOf(
  tx: Transaction,
  ticketId: string,
  commentId: string,
  mentioned: readonly string[],
): Promise<Reader[]> {
  return tx.$queryRaw<Reader[]>`
    WITH called AS MATERIALIZED (
      SELECT u."id" FROM "User" u WHERE u."id" = ANY (${[...mentioned]}::uuid[]) AND u."role" <> 'CUSTOMER'
    ), concerned AS (
      SELECT unnest(ARRAY[t."authorId", t."assignedToId"]) AS "id" FROM "Ticket" t WHERE t."id" = ${ticketId}::uuid
      UNION SELECT p."userId" FROM "TicketParticipant" p WHERE p."ticketId" = ${ticketId}::uuid
      UNION SELECT c."id" FROM called c
    )
    SELECT u."id"::text AS "id", u."id" IN (SELECT c."id" FROM called c) AS "mentioned"
      FROM concerned w JOIN "User" u ON u."id" = w."id" JOIN "Comment" c ON c."id" = ${commentId}::uuid
     WHERE u."role" <> 'CUSTOMER' OR c."visibility" = 'PUBLIC'`;
}
