import type { ClientBase } from 'pg';
import { archived, type Columns } from './archived-rows.js';
import { insertArchived } from './insert-archived.js';
import { isThere, personOf } from './people.js';

/** The row of a table that a column of the archived row `r` names, if it is there. */
const there = (table: string, column: string) =>
  `(SELECT x."id" FROM public."${table}" x WHERE x."id" = r."${column}")`;

/**
 * Inserts the archived rows as they were. What they name and is gone since is left out: an assignee who may not be one, groups,
 * organizations and mailboxes become null, links need both tickets. Search texts and stored bytes follow by triggers.
 */
export async function insertTickets(live: ClientBase, columns: Columns, feedEnd: string): Promise<void> {
  await live.query(`
    UPDATE "TicketCounter" SET "lastNumber" = n."last" FROM (SELECT max("number") AS "last" FROM ${archived('Ticket')}) n
     WHERE "lastNumber" < n."last"`);
  await insertArchived(live, columns, 'Ticket', {
    values: {
      authorId: personOf('authorId'),
      submittedById: personOf('submittedById'),
      assignedToId: `(SELECT u."id" FROM "User" u WHERE u."id" = ${personOf('assignedToId')}
                        AND (r."status" IN ('RESOLVED', 'CLOSED') OR u."status" = 'ACTIVE' AND u."role" <> 'CUSTOMER'))`,
      groupId: there('Group', 'groupId'),
      organizationId: there('Organization', 'organizationId'),
      followUpOfId: 'NULL',
      mergedIntoId: 'NULL',
      splitFromId: 'NULL',
    },
  });
  await insertComments(live, columns);
  await live.query(`
    UPDATE "Ticket" t SET "followUpOfId" = ${there('Ticket', 'followUpOfId')}, "mergedIntoId" = ${there('Ticket', 'mergedIntoId')},
           "splitFromId" = ${there('Ticket', 'splitFromId')}
      FROM ${archived('Ticket')} r
     WHERE t."id" = r."id" AND coalesce(r."followUpOfId", r."mergedIntoId", r."splitFromId") IS NOT NULL`);
  await insertEvents(live, columns, feedEnd);
  await insertArchived(live, columns, 'TicketParticipant', {
    values: { userId: personOf('userId') },
    where: isThere('userId'),
  });
  await insertArchived(live, columns, 'TicketLink', {
    where: `${there('Ticket', 'fromId')} IS NOT NULL AND ${there('Ticket', 'toId')} IS NOT NULL`,
  });
  await insertArchived(live, columns, 'SpamTicket');
  await insertMails(live, columns);
  await insertFiles(live, columns);
}

/** One that was moved to another ticket since stays there, and does not count here. */
async function insertComments(live: ClientBase, columns: Columns): Promise<void> {
  await freeSequence(live, 'Comment');
  await live.query(`
    CREATE TEMP TABLE "archived_moved" ON COMMIT DROP AS
    SELECT r."ticketId", count(*)::int AS "all", (count(*) FILTER (WHERE r."visibility" = 'PUBLIC'))::int AS "public"
      FROM ${archived('Comment')} r JOIN "Comment" c ON c."id" = r."id" GROUP BY r."ticketId"`);
  await insertArchived(live, columns, 'Comment', {
    key: 'id',
    values: {
      authorId: personOf('authorId'),
      originTicketId: there('Ticket', 'originTicketId'),
      openingOfId: `(SELECT x."id" FROM "Ticket" x WHERE x."id" = r."openingOfId"
                       AND NOT EXISTS (SELECT FROM "Comment" c WHERE c."openingOfId" = x."id"))`,
    },
  });
  await live.query(`
    UPDATE "Ticket" t SET "commentCount" = t."commentCount" - m."all", "publicCommentCount" = t."publicCommentCount" - m."public"
      FROM "archived_moved" m WHERE t."id" = m."ticketId"`);
}

/**
 * They keep their places in the feed, where whoever follows it has passed them: nobody is told of them again. Those that had no place yet
 * get the archive's last one.
 */
async function insertEvents(live: ClientBase, columns: Columns, feedEnd: string): Promise<void> {
  await freeSequence(live, 'TicketEvent');
  await insertArchived(live, columns, 'TicketEvent', {
    key: 'id',
    values: {
      actorId: `coalesce(${personOf('actorId')}, r."actorId")`,
      position: `least(coalesce(r."position", ${live.escapeLiteral(feedEnd)}::bigint), (SELECT f."last" FROM "TicketFeed" f))`,
    },
  });
}

/**
 * Numbers that others have taken, or may yet take, are given anew, in the same order. One that somebody takes at this moment fails the
 * transaction: the rows are inserted with `key: 'id'`.
 */
async function freeSequence(live: ClientBase, table: 'Comment' | 'TicketEvent'): Promise<void> {
  const sequence = `pg_get_serial_sequence('public."${table}"', 'seq')`;
  const { rows } = await live.query<{ last: string }>(
    `SELECT coalesce(pg_sequence_last_value(${sequence}::regclass), 0)::text AS "last"`,
  );
  await live.query(`
    WITH taken AS (
      SELECT DISTINCT r."ticketId" FROM ${archived(table)} r
       WHERE r."seq" > ${live.escapeLiteral(rows[0]?.last ?? '0')}::bigint
          OR EXISTS (SELECT FROM "${table}" x WHERE x."seq" = r."seq" AND x."id" <> r."id")
    ), anew AS (
      SELECT o."id", nextval(${sequence}) AS "seq"
        FROM (SELECT r."id" FROM ${archived(table)} r WHERE r."ticketId" IN (SELECT "ticketId" FROM taken) ORDER BY r."seq") o
    )
    UPDATE ${archived(table)} r SET "seq" = anew."seq" FROM anew WHERE anew."id" = r."id"`);
}

/** A mail that is there is given back to its ticket; what was given up of it stays given up. */
async function insertMails(live: ClientBase, columns: Columns): Promise<void> {
  await live.query(`
    UPDATE "InboundMail" m SET "ticketId" = r."ticketId", "commentId" = ${there('Comment', 'commentId')}
      FROM ${archived('InboundMail')} r WHERE m."id" = r."id" AND m."ticketId" IS NULL`);
  await insertArchived(live, columns, 'InboundMail', {
    values: {
      commentId: there('Comment', 'commentId'),
      senderId: `(CASE WHEN ${isThere('senderId')} THEN ${personOf('senderId')} END)`,
    },
  });
  await insertArchived(live, columns, 'MailMessage', {
    values: {
      mailboxId: there('Mailbox', 'mailboxId'),
      inboundMailId: there('InboundMail', 'inboundMailId'),
    },
    where: `r."commentId" IS NULL OR ${there('Comment', 'commentId')} IS NOT NULL`,
  });
  await insertArchived(live, columns, 'ReplyToken', {
    values: { userId: personOf('userId') },
    where: isThere('userId'),
  });
}

/** One that lost its comment is there, until somebody tidies up: it gets its place back. */
async function insertFiles(live: ClientBase, columns: Columns): Promise<void> {
  const removedAt = `coalesce(r."removedAt", (SELECT m."rawRemovedAt" FROM "InboundMail" m WHERE r."raw" AND m."id" = r."id"))`;
  const places = { commentId: there('Comment', 'commentId'), openingOfId: there('Ticket', 'openingOfId') };
  await live.query(`
    UPDATE "Attachment" f SET "commentId" = ${places.commentId}, "openingOfId" = ${places.openingOfId}, "heldCommentId" = NULL,
           "fileName" = r."fileName", "storedAt" = r."storedAt", "removedAt" = ${removedAt}
      FROM ${archived('Attachment')} r WHERE f."id" = r."id" AND f."commentId" IS NULL AND f."openingOfId" IS NULL`);
  await insertArchived(live, columns, 'Attachment', {
    values: { uploaderId: personOf('uploaderId'), heldCommentId: 'NULL', removedAt, ...places },
  });
}
