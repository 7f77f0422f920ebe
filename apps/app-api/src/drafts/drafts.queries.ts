import type { TenantPrisma } from '@helpdeskly/tenancy';
import { Prisma } from '@helpdeskly/tenant-db';
import { isFree } from '../attachments/attachment-view.js';
import { isoTime } from '../ticket-core/iso-time.js';
import { isStaff, type Viewer } from '../ticket-core/viewer.js';
import type { DraftDto } from './drafts.dto.js';

/** What a draft says. */
export type DraftContent = Pick<DraftDto, 'body' | 'visibility' | 'attachmentIds' | 'macroId'>;

/** Whose draft for which ticket. */
export interface DraftPlace {
  readonly userId: string;
  readonly ticketId: string;
}

const shown = Prisma.sql`
  d."body", d."visibility"::text AS "visibility", d."macroId"::text AS "macroId", d."version", ${isoTime('d."updatedAt"')} AS "updatedAt",
  ARRAY(SELECT f."id"::text FROM unnest(d."attachmentIds") WITH ORDINALITY AS named("id", "place")
          JOIN "Attachment" f ON f."id" = named."id" AND f."uploaderId" = d."userId" AND ${isFree}
         ORDER BY named."place") AS "attachmentIds"`;

/** The caller's own draft. An internal one is hidden from somebody who has become a customer since. */
export async function readDraft(db: TenantPrisma, viewer: Viewer, ticketId: string): Promise<DraftDto | undefined> {
  const seen = isStaff(viewer) ? Prisma.sql`true` : Prisma.sql`d."visibility" = 'PUBLIC'`;
  const [draft] = await db.$queryRaw<DraftDto[]>`
    SELECT ${shown} FROM "Draft" d WHERE d."userId" = ${viewer.id}::uuid AND d."ticketId" = ${ticketId}::uuid AND ${seen}`;
  return draft;
}

/** Locks a draft until the transaction ends. */
export async function lockDraft(
  tx: Prisma.TransactionClient,
  { userId, ticketId }: DraftPlace,
): Promise<DraftDto | undefined> {
  const [draft] = await tx.$queryRaw<DraftDto[]>`
    WITH taken AS MATERIALIZED (
      SELECT d.* FROM "Draft" d WHERE d."userId" = ${userId}::uuid AND d."ticketId" = ${ticketId}::uuid FOR UPDATE
    )
    SELECT ${shown} FROM taken d`;
  return draft;
}

/** Makes a draft; undefined when there is one meanwhile. */
export async function insertDraft(
  tx: Prisma.TransactionClient,
  { userId, ticketId }: DraftPlace,
  { body, visibility, attachmentIds, macroId }: DraftContent,
  version = 1,
): Promise<DraftDto | undefined> {
  const [draft] = await tx.$queryRaw<DraftDto[]>`
    INSERT INTO "Draft" AS d ("userId", "ticketId", "body", "visibility", "attachmentIds", "macroId", "version")
    VALUES (${userId}::uuid, ${ticketId}::uuid, ${body}, ${visibility}::"CommentVisibility", ${[...attachmentIds]}::uuid[],
            ${macroId}::uuid, ${version})
    ON CONFLICT ("userId", "ticketId") DO NOTHING
    RETURNING ${shown}`;
  return draft;
}

/** Changes a draft that is locked. */
export async function updateDraft(
  tx: Prisma.TransactionClient,
  { userId, ticketId }: DraftPlace,
  { body, visibility, attachmentIds, macroId }: DraftContent,
): Promise<DraftDto> {
  const [draft] = await tx.$queryRaw<DraftDto[]>`
    UPDATE "Draft" d
       SET "body" = ${body}, "visibility" = ${visibility}::"CommentVisibility", "attachmentIds" = ${[...attachmentIds]}::uuid[],
           "macroId" = ${macroId}::uuid, "version" = d."version" + 1, "updatedAt" = clock_timestamp()
     WHERE d."userId" = ${userId}::uuid AND d."ticketId" = ${ticketId}::uuid
    RETURNING ${shown}`;
  if (draft === undefined) throw new Error('a locked draft is gone');
  return draft;
}

/** How many of these files are somebody's own, there, and of no comment. */
export async function countFree(tx: Prisma.TransactionClient, ids: readonly string[], userId: string): Promise<number> {
  const [row] = await tx.$queryRaw<{ free: number }[]>`
    SELECT count(*)::int AS "free" FROM "Attachment" f
     WHERE f."id" = ANY (${[...ids]}::uuid[]) AND f."uploaderId" = ${userId}::uuid AND ${isFree}`;
  return row?.free ?? 0;
}
