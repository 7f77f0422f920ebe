import type { SqlReader } from '@helpdeskly/tenancy';
import { Prisma, type NotificationKind, type UserRole } from '@helpdeskly/tenant-db';
import { outdated } from '../notification-core/notifier.queries.js';
import { isoTime } from '../ticket-core/iso-time.js';
import { joinPerson, person } from '../ticket-core/person.js';
import { visibleComments, visibleTo, type Viewer } from '../ticket-core/viewer.js';
import type { NotificationDto } from './notifications.dto.js';

export interface NotificationFilters {
  readonly unread?: boolean;
  readonly kinds?: readonly NotificationKind[];
}

export interface NotificationPage {
  readonly rows: number;
  readonly descending: boolean;
  /** The id of the one before. */
  readonly after?: string;
}

interface NotificationRow extends Omit<NotificationDto, 'actor'> {
  readonly actorName: string | null;
  readonly actorEmail: string | null;
  readonly actorRole: UserRole | null;
}

/** Ids of version 7 are in the order of time. */
export function readNotifications(
  db: SqlReader,
  viewer: Viewer,
  filters: NotificationFilters,
  { rows, descending, after }: NotificationPage,
): PromiseLike<NotificationRow[]> {
  const [order, sign] = descending ? [Prisma.sql`DESC`, Prisma.sql`<`] : [Prisma.sql`ASC`, Prisma.sql`>`];
  const beyond = after === undefined ? Prisma.empty : Prisma.sql`AND n."id" ${sign} ${after}::uuid`;
  return db.$queryRaw<NotificationRow[]>`
    SELECT n."id"::text AS "id", n."kind"::text AS "kind", t."id"::text AS "ticketId", t."number", t."title",
           n."commentId"::text AS "commentId", n."actorId"::text AS "actorId", a."name" AS "actorName",
           a."email" AS "actorEmail", a."role" AS "actorRole", n."details", ${isoTime('n."readAt"')} AS "readAt",
           ${isoTime('n."createdAt"')} AS "createdAt"
      FROM ${shownTo(viewer, filters)} ${beyond}
     ORDER BY n."id" ${order} LIMIT ${rows}`;
}

export async function countNotifications(db: SqlReader, viewer: Viewer, filters: NotificationFilters): Promise<number> {
  const [row] = await db.$queryRaw<{ total: number }[]>`
    SELECT count(*)::int AS "total" FROM ${shownTo(viewer, filters)}`;
  return row?.total ?? 0;
}

/** A comment may have moved to another ticket; what a person may not see any more is not listed. */
function shownTo(viewer: Viewer, { unread, kinds }: NotificationFilters): Prisma.Sql {
  const unseen = unread === undefined ? Prisma.sql`true` : Prisma.sql`(n."readAt" IS NULL) = ${unread}`;
  const among =
    kinds === undefined ? Prisma.sql`true` : Prisma.sql`n."kind" = ANY (${[...kinds]}::text[]::"NotificationKind"[])`;
  return Prisma.sql`"Notification" n
      LEFT JOIN "Comment" c ON c."id" = n."commentId"
      LEFT JOIN "Ticket" t ON t."id" = coalesce(c."ticketId", n."ticketId")
      ${joinPerson('a', 'n."actorId"', viewer)}
     WHERE n."userId" = ${viewer.id}::uuid AND n."inApp" AND NOT (${outdated})
       AND (n."ticketId" IS NULL OR (t."deletedAt" IS NULL AND ${visibleTo(viewer)}))
       AND (n."commentId" IS NULL OR ${visibleComments(viewer)}) AND ${unseen} AND ${among}`;
}

export function toNotification({ actorName, actorEmail, actorRole, ...row }: NotificationRow): NotificationDto {
  const { id, kind, ticketId, number, title, commentId, actorId, details, readAt, createdAt } = row;
  const actor = person(actorId, actorName, actorEmail, actorRole);
  return { id, kind, ticketId, number, title, commentId, actorId, actor, details, readAt, createdAt };
}
