import type { TenantPrisma } from '@helpdeskly/tenancy';
import { Prisma, type CommentVisibility } from '@helpdeskly/tenant-db';
import type { TicketEdit } from '../ticket-core/ticket-changes.js';
import { visibleComments, type Viewer } from '../ticket-core/viewer.js';

type Transaction = Prisma.TransactionClient;

/** A comment that is sent later. `ticketId` is where it is shown, `namedTicketId` the ticket that its author named. */
export interface HeldComment {
  readonly id: string;
  readonly namedTicketId: string;
  readonly authorId: string;
  readonly body: string;
  readonly visibility: CommentVisibility;
  readonly edit: TicketEdit;
  readonly macroId: string | null;
  readonly draftVersion: number;
}

/** One that is about to be held. */
export interface NewHeldComment extends Omit<HeldComment, 'id'> {
  readonly ticketId: string;
  /** Seconds. */
  readonly sendAfter: number;
}

const columns = Prisma.sql`
  h."id"::text AS "id", h."namedTicketId"::text AS "namedTicketId", h."authorId"::text AS "authorId", h."body",
  h."visibility"::text AS "visibility", h."edit", h."macroId"::text AS "macroId", h."draftVersion"`;

export async function insertHeld(
  tx: Transaction,
  { sendAfter, edit, visibility, ...held }: NewHeldComment,
): Promise<{ readonly id: string; readonly sendAt: Date }> {
  const { ticketId, namedTicketId, authorId, body, macroId, draftVersion } = held;
  const [row] = await tx.$queryRaw<{ id: string; sendAt: Date }[]>`
    INSERT INTO "HeldComment" AS h
           ("ticketId", "namedTicketId", "authorId", "body", "visibility", "edit", "macroId", "draftVersion", "sendAt")
    VALUES (${ticketId}::uuid, ${namedTicketId}::uuid, ${authorId}::uuid, ${body}, ${visibility}::"CommentVisibility",
            ${JSON.stringify(edit)}::jsonb, ${macroId}::uuid, ${draftVersion}, clock_timestamp() + ${sendAfter}::int * interval '1 second')
    RETURNING h."id"::text AS "id", h."sendAt"`;
  if (row === undefined) throw new Error('a held comment was not stored');
  return row;
}

/** Locks the next one that is due, but none of `passedOver`, and none that its author is taking back. */
export async function lockDue(tx: Transaction, passedOver: readonly string[]): Promise<HeldComment | undefined> {
  const [held] = await tx.$queryRaw<HeldComment[]>`
    SELECT ${columns} FROM "HeldComment" h
     WHERE h."sendAt" <= clock_timestamp() AND NOT h."id" = ANY (${[...passedOver]}::uuid[])
     ORDER BY h."sendAt", h."seq" LIMIT 1 FOR UPDATE SKIP LOCKED`;
  return held;
}

/** Locks a held comment of this author in a ticket. */
export async function lockOwn(
  tx: Transaction,
  ticketId: string,
  id: string,
  { id: authorId }: Viewer,
): Promise<HeldComment | undefined> {
  const [held] = await tx.$queryRaw<HeldComment[]>`
    SELECT ${columns} FROM "HeldComment" h
     WHERE h."id" = ${id}::uuid AND h."authorId" = ${authorId}::uuid
       AND ${ticketId}::uuid IN (h."ticketId", h."namedTicketId") FOR UPDATE`;
  return held;
}

export async function deleteHeld(tx: Transaction, id: string): Promise<void> {
  await tx.heldComment.delete({ where: { id }, select: { id: true } });
}

/** In how many milliseconds the next one is due, 0 or less when one is; undefined when none is held. */
export async function nextDueInMs(db: TenantPrisma): Promise<number | undefined> {
  const [row] = await db.$queryRaw<{ ms: number | null }[]>`
    SELECT (extract(epoch FROM min(h."sendAt") - clock_timestamp()) * 1000)::double precision AS "ms" FROM "HeldComment" h`;
  return row?.ms ?? undefined;
}

/** Who wrote a comment that `viewer` sees in a ticket, or that they wrote to it before it was merged. */
export async function findSentAuthor(
  tx: Transaction,
  ticketId: string,
  id: string,
  viewer: Viewer,
): Promise<string | undefined> {
  const [row] = await tx.$queryRaw<{ authorId: string }[]>`
    SELECT c."authorId"::text AS "authorId" FROM "Comment" c
     WHERE c."id" = ${id}::uuid AND ${visibleComments(viewer)}
       AND (c."ticketId" = ${ticketId}::uuid OR (c."originTicketId" = ${ticketId}::uuid AND c."authorId" = ${viewer.id}::uuid))`;
  return row?.authorId;
}
