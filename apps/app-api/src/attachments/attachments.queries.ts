import type { TenantPrisma } from '@helpdeskly/tenancy';
import { Prisma } from '@helpdeskly/tenant-db';
import { isStaff, visibleComments, visibleTo, type Viewer } from '../ticket-core/viewer.js';
import { attachmentColumns, isFree, isThere, type Attachment } from './attachment-view.js';

/** What is known of a file when all of it was read. */
export interface FileFacts {
  readonly contentType: string;
  readonly size: number;
  readonly sha256: Buffer;
}

/**
 * An attachment that `viewer` may see: one of a comment that they see, one of the mail that opened a ticket that they see, or one of
 * their own that no comment names yet. Raw messages are the staff's.
 */
export async function findVisible(db: TenantPrisma, id: string, viewer: Viewer): Promise<Attachment | undefined> {
  const [row] = await db.$queryRaw<Attachment[]>`
    SELECT ${attachmentColumns} FROM "Attachment" f
      LEFT JOIN "Comment" c ON c."id" = f."commentId"
      LEFT JOIN "Ticket" t ON t."id" = coalesce(c."ticketId", f."openingOfId")
     WHERE f."id" = ${id}::uuid AND ${isThere}
       AND (NOT f."raw" OR ${isStaff(viewer)})
       AND CASE WHEN t."id" IS NULL THEN f."uploaderId" = ${viewer.id}::uuid
                ELSE t."deletedAt" IS NULL AND ${visibleTo(viewer)} AND (c."id" IS NULL OR ${visibleComments(viewer)}) END`;
  return row;
}

/** Whoever may see it; `servedAs` is its type with the encoding of its text. */
export async function findStored(
  db: TenantPrisma,
  id: string,
): Promise<(Attachment & { readonly servedAs: string }) | undefined> {
  const [row] = await db.$queryRaw<(Attachment & { servedAs: string })[]>`
    SELECT ${attachmentColumns},
           CASE f."contentType" WHEN 'text/plain' THEN 'text/plain; charset=utf-8' ELSE f."contentType" END AS "servedAs"
      FROM "Attachment" f WHERE f."id" = ${id}::uuid AND ${isThere}`;
  return row;
}

/** What neither a comment nor the opening of a ticket has. */
const unbound = { commentId: null, openingOfId: null } as const;

export function countUnbound(db: TenantPrisma, uploaderId: string): Promise<number> {
  return db.attachment.count({ where: { uploaderId, ...unbound, removedAt: null } });
}

/** The id under which its bytes are about to be stored. */
export async function reserve(db: TenantPrisma, uploaderId: string, fileName: string): Promise<string> {
  return (await db.attachment.create({ data: { uploaderId, fileName }, select: { id: true } })).id;
}

/** From here on it is there. */
export async function complete(db: TenantPrisma, id: string, facts: FileFacts): Promise<Attachment | undefined> {
  const [row] = await db.$queryRaw<Attachment[]>`
    UPDATE "Attachment" f SET "contentType" = ${facts.contentType}, "size" = ${facts.size},
           "sha256" = ${new Uint8Array(facts.sha256)}, "storedAt" = clock_timestamp()
     WHERE f."id" = ${id}::uuid AND f."removedAt" IS NULL
    RETURNING ${attachmentColumns}`;
  return row;
}

/** Gives a comment its attachments. Answers how many of them were the author's own, there, and of no comment yet. */
export function bindTo(
  tx: Prisma.TransactionClient,
  commentId: string,
  ids: readonly string[],
  authorId: string,
): Promise<number> {
  return take(tx, Prisma.sql`"commentId" = ${commentId}::uuid`, ids, authorId);
}

/** The same for a comment that is sent later. */
export function holdFor(
  tx: Prisma.TransactionClient,
  heldCommentId: string,
  ids: readonly string[],
  authorId: string,
): Promise<number> {
  return take(tx, Prisma.sql`"heldCommentId" = ${heldCommentId}::uuid`, ids, authorId);
}

async function take(
  tx: Prisma.TransactionClient,
  by: Prisma.Sql,
  ids: readonly string[],
  authorId: string,
): Promise<number> {
  if (ids.length === 0) return 0;
  return tx.$executeRaw`
    WITH free AS MATERIALIZED (
      SELECT f."id" FROM "Attachment" f
       WHERE f."id" = ANY(${[...ids]}::uuid[]) AND f."uploaderId" = ${authorId}::uuid AND ${isFree}
       ORDER BY f."id" FOR UPDATE
    )
    UPDATE "Attachment" f SET ${by} FROM free WHERE f."id" = free."id"`;
}

/** Lets go of what was kept for a comment that is sent later. */
export async function release(tx: Prisma.TransactionClient, heldCommentId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    UPDATE "Attachment" f SET "heldCommentId" = NULL WHERE f."heldCommentId" = ${heldCommentId}::uuid RETURNING f."id"::text AS "id"`;
  return rows.map(({ id }) => id).sort();
}

/** Gives up one's own attachment that no comment names. */
export async function giveUpUnbound(db: TenantPrisma, id: string, uploaderId: string): Promise<boolean> {
  const { count } = await db.attachment.updateMany({
    where: { id, uploaderId, ...unbound, heldCommentId: null, removedAt: null },
    data: { removedAt: new Date() },
  });
  return count === 1;
}

/** Gives up what a comment has, and answers the ids. */
export async function giveUpOfComment(tx: Prisma.TransactionClient, commentId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    UPDATE "Attachment" f SET "removedAt" = clock_timestamp()
     WHERE f."commentId" = ${commentId}::uuid AND f."removedAt" IS NULL RETURNING f."id"::text AS "id"`;
  return rows.map(({ id }) => id);
}

/** Gives up what came with the mail that opened a ticket, and answers the ids. */
export async function giveUpOfOpening(tx: Prisma.TransactionClient, ticketId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    UPDATE "Attachment" f SET "removedAt" = clock_timestamp()
     WHERE f."openingOfId" = ${ticketId}::uuid AND f."removedAt" IS NULL RETURNING f."id"::text AS "id"`;
  return rows.map(({ id }) => id);
}

/** Gives up what somebody has uploaded; `unbound` is what no comment names. */
export async function giveUpOfUploader(
  tx: Prisma.TransactionClient,
  uploaderId: string,
  which: 'all' | 'unbound',
): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    UPDATE "Attachment" f SET "removedAt" = clock_timestamp()
     WHERE f."uploaderId" = ${uploaderId}::uuid AND f."removedAt" IS NULL AND (${which === 'all'} OR (f."commentId" IS NULL AND f."openingOfId" IS NULL))
    RETURNING f."id"::text AS "id"`;
  return rows.map(({ id }) => id);
}

/** A draft of its uploader names the file `f`, or a comment that is sent later has it. */
const isKept = Prisma.sql`(
  f."heldCommentId" IS NOT NULL OR EXISTS (SELECT FROM "Draft" d WHERE d."userId" = f."uploaderId" AND f."id" = ANY (d."attachmentIds")))`;

/**
 * Up to `limit` that are given up: before, or now, since no comment has named them, nor a draft, and they are from before
 * `uploadedBefore`.
 */
export async function giveUpOrphans(db: TenantPrisma, uploadedBefore: Date, limit: number): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    WITH orphans AS MATERIALIZED (
      SELECT f."id" FROM "Attachment" f
       WHERE f."removedAt" IS NOT NULL
          OR (f."commentId" IS NULL AND f."openingOfId" IS NULL AND f."createdAt" < ${uploadedBefore} AND NOT ${isKept})
       LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    UPDATE "Attachment" f SET "removedAt" = coalesce(f."removedAt", clock_timestamp())
      FROM orphans WHERE f."id" = orphans."id" RETURNING f."id"::text AS "id"`;
  return rows.map(({ id }) => id);
}

/** Whether there are files that a draft or a held comment alone keeps. */
export async function hasKept(db: TenantPrisma): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`
    SELECT FROM "Attachment" f WHERE f."commentId" IS NULL AND f."removedAt" IS NULL AND ${isKept} LIMIT 1`;
  return rows.length > 0;
}

/** Forgets attachments that are given up, once their bytes are gone. */
export async function forget(db: TenantPrisma, ids: readonly string[]): Promise<void> {
  await db.attachment.deleteMany({ where: { id: { in: [...ids] }, removedAt: { not: null } } });
}
