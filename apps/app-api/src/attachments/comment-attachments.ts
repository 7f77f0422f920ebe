import { InvalidReference } from '@helpdeskly/errors';
import { Prisma } from '@helpdeskly/tenant-db';
import { isStaff, type Viewer } from '../ticket-core/viewer.js';
import { attachmentColumns, isThere } from './attachment-view.js';
import { bindTo } from './attachments.queries.js';

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

/** The file `f` is there, and no comment has taken it. */
export const isFree = Prisma.sql`f."commentId" IS NULL AND f."openingOfId" IS NULL AND ${isThere}`;

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
  const ids = [...new Set(named.map((each) => each.toLowerCase()))];
  if (ids.length > 0 && (await bindTo(tx, commentId, ids, authorId)) !== ids.length)
    throw new InvalidReference('attachmentIds', 'You have no such attachment, or another comment has taken it.');
  return ids;
}
