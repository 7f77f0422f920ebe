import { InvalidReference } from '@helpdeskly/errors';
import { Prisma } from '@helpdeskly/tenant-db';
import { isStaff, type Viewer } from '../ticket-core/viewer.js';
import { attachmentColumns, isThere } from './attachment-view.js';
import { bindTo, holdFor, release } from './attachments.queries.js';

/** The attachments that `condition` leaves of rows of "Attachment" under the alias `f`, as JSON, in the order in which they were uploaded. */
export function attachmentsWhere(condition: Prisma.Sql, viewer: Viewer): Prisma.Sql {
  return Prisma.sql`
  (SELECT coalesce(json_agg(row_to_json(s) ORDER BY s."id"), '[]'::json)
     FROM (SELECT ${attachmentColumns} FROM "Attachment" f
            WHERE ${condition} AND ${isThere} AND (NOT f."raw" OR ${isStaff(viewer)})) s)`;
}

/** Those of a row of "Comment" under the alias `c`. */
export function attachmentsOfComment(viewer: Viewer): Prisma.Sql {
  return attachmentsWhere(Prisma.sql`f."commentId" = c."id"`, viewer);
}

/** Those of a row of "HeldComment" under the alias `c`: of a comment that is sent later. */
export function attachmentsOfHeld(viewer: Viewer): Prisma.Sql {
  return attachmentsWhere(Prisma.sql`f."heldCommentId" = c."id"`, viewer);
}

/**
 * Gives a comment its attachments, and answers their ids. Throws InvalidReference unless all of them are the author's own, and of no
 * comment.
 */
export async function attachToComment(
  tx: Prisma.TransactionClient,
  commentId: string,
  named: readonly string[],
  authorId: string,
): Promise<readonly string[]> {
  const ids = distinct(named);
  assertTaken(ids, await bindTo(tx, commentId, ids, authorId));
  return ids;
}

/** Keeps files for a comment that is sent later. Throws as attachToComment does. */
export async function holdFiles(
  tx: Prisma.TransactionClient,
  heldCommentId: string,
  named: readonly string[],
  authorId: string,
): Promise<void> {
  const ids = distinct(named);
  assertTaken(ids, await holdFor(tx, heldCommentId, ids, authorId));
}

/** Lets go of what was kept for a comment, and answers the ids. */
export function releaseFiles(tx: Prisma.TransactionClient, heldCommentId: string): Promise<string[]> {
  return release(tx, heldCommentId);
}

const distinct = (named: readonly string[]) => [...new Set(named.map((each) => each.toLowerCase()))];

function assertTaken(ids: readonly string[], taken: number): void {
  if (ids.length !== taken)
    throw new InvalidReference('attachmentIds', 'You have no such attachment, or another comment has taken it.');
}
