import { InvalidReference } from '@helpdeskly/errors';
import { Prisma } from '@helpdeskly/tenant-db';
import { attachmentColumns, isThere } from './attachment-view.js';
import { bindTo } from './attachments.queries.js';

/** The attachments of a row of "Comment" under the alias `c`, as JSON, in the order in which they were uploaded. */
export const attachmentsOfComment = Prisma.sql`
  (SELECT coalesce(json_agg(row_to_json(s) ORDER BY s."id"), '[]'::json)
     FROM (SELECT ${attachmentColumns} FROM "Attachment" f WHERE f."commentId" = c."id" AND ${isThere}) s)`;

/** The file `f` is there, and no comment has taken it. */
export const isFree = Prisma.sql`f."commentId" IS NULL AND ${isThere}`;

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
