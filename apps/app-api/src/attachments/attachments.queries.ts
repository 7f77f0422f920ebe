import type { TenantPrisma } from '@helpdeskly/tenancy';
import { Prisma } from '@helpdeskly/tenant-db';
import { visibleComments } from '../comments/comments.queries.js';
import { visibleTo, type Viewer } from '../tickets/viewer.js';
import { attachmentColumns, isThere, type Attachment } from './attachment-view.js';

/** What is known of a file when all of it was read. */
export interface FileFacts {
  readonly contentType: string;
  readonly size: number;
  readonly sha256: Buffer;
}

/** An attachment that `viewer` may see: one of a comment that they see, or one of their own that no comment names yet. */
export async function findVisible(db: TenantPrisma, id: string, viewer: Viewer): Promise<Attachment | undefined> {
  const [row] = await db.$queryRaw<Attachment[]>`
    select ${attachmentColumns} from "Attachment" f
      left join "Comment" c on c."id" = f."commentId"
      left join "Ticket" t on t."id" = c."ticketId"
     where f."id" = ${id}::uuid and ${isThere}
       and case when f."commentId" is null then f."uploaderId" = ${viewer.id}::uuid
                else t."deletedAt" is null and ${visibleTo(viewer)} and ${visibleComments(viewer)} end`;
  return row;
}

/** Whoever may see it; `servedAs` is its type with the encoding of its text. */
export async function findStored(
  db: TenantPrisma,
  id: string,
): Promise<(Attachment & { readonly servedAs: string }) | undefined> {
  const [row] = await db.$queryRaw<(Attachment & { servedAs: string })[]>`
    select ${attachmentColumns},
           case f."contentType" when 'text/plain' then 'text/plain; charset=utf-8' else f."contentType" end as "servedAs"
      from "Attachment" f where f."id" = ${id}::uuid and ${isThere}`;
  return row;
}

export function countUnbound(db: TenantPrisma, uploaderId: string): Promise<number> {
  return db.attachment.count({ where: { uploaderId, commentId: null, removedAt: null } });
}

/** The id under which its bytes are about to be stored. */
export async function reserve(db: TenantPrisma, uploaderId: string, fileName: string): Promise<string> {
  return (await db.attachment.create({ data: { uploaderId, fileName }, select: { id: true } })).id;
}

/** From here on it is there. */
export async function complete(db: TenantPrisma, id: string, facts: FileFacts): Promise<Attachment | undefined> {
  const [row] = await db.$queryRaw<Attachment[]>`
    update "Attachment" f set "contentType" = ${facts.contentType}, "size" = ${facts.size},
           "sha256" = ${new Uint8Array(facts.sha256)}, "storedAt" = clock_timestamp()
     where f."id" = ${id}::uuid and f."removedAt" is null
    returning ${attachmentColumns}`;
  return row;
}

/** Gives a comment its attachments. Answers how many of them were the author's own, there, and of no comment yet. */
export async function bindTo(
  tx: Prisma.TransactionClient,
  commentId: string,
  ids: readonly string[],
  authorId: string,
): Promise<number> {
  return tx.$executeRaw`
    with free as materialized (
      select f."id" from "Attachment" f
       where f."id" = any(${[...ids]}::uuid[]) and f."uploaderId" = ${authorId}::uuid and f."commentId" is null and ${isThere}
       order by f."id" for update
    )
    update "Attachment" f set "commentId" = ${commentId}::uuid from free where f."id" = free."id"`;
}

/** Gives up one's own attachment that no comment names. */
export async function giveUpUnbound(db: TenantPrisma, id: string, uploaderId: string): Promise<boolean> {
  const { count } = await db.attachment.updateMany({
    where: { id, uploaderId, commentId: null, removedAt: null },
    data: { removedAt: new Date() },
  });
  return count === 1;
}

/** Gives up what a comment has, and answers the ids. */
export async function giveUpOfComment(tx: Prisma.TransactionClient, commentId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    update "Attachment" f set "removedAt" = clock_timestamp()
     where f."commentId" = ${commentId}::uuid and f."removedAt" is null returning f."id"::text as "id"`;
  return rows.map(({ id }) => id);
}

/** Gives up what somebody has uploaded; `unbound` is what no comment names. */
export async function giveUpOfUploader(
  tx: Prisma.TransactionClient,
  uploaderId: string,
  which: 'all' | 'unbound',
): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    update "Attachment" f set "removedAt" = clock_timestamp()
     where f."uploaderId" = ${uploaderId}::uuid and f."removedAt" is null and (${which === 'all'} or f."commentId" is null)
    returning f."id"::text as "id"`;
  return rows.map(({ id }) => id);
}

/** Up to `limit` that are given up: before, or now, since no comment has named them and they are from before `uploadedBefore`. */
export async function giveUpOrphans(db: TenantPrisma, uploadedBefore: Date, limit: number): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    with orphans as materialized (
      select f."id" from "Attachment" f
       where f."removedAt" is not null or (f."commentId" is null and f."createdAt" < ${uploadedBefore})
       limit ${limit} for update skip locked
    )
    update "Attachment" f set "removedAt" = coalesce(f."removedAt", clock_timestamp())
      from orphans where f."id" = orphans."id" returning f."id"::text as "id"`;
  return rows.map(({ id }) => id);
}

/** Forgets attachments that are given up, once their bytes are gone. */
export async function forget(db: TenantPrisma, ids: readonly string[]): Promise<void> {
  await db.attachment.deleteMany({ where: { id: { in: [...ids] }, removedAt: { not: null } } });
}
