import { Prisma } from '@helpdeskly/tenant-db';
import { isoTime } from '../ticket-core/iso-time.js';

/** An attachment as it is answered. */
export interface Attachment {
  readonly id: string;
  readonly fileName: string;
  /** By the bytes, whatever the client said. */
  readonly contentType: string;
  /** In bytes. */
  readonly size: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
  readonly commentId: string | null;
  /** Whether the HTML of a mail shows it where it belongs. */
  readonly inline: boolean;
  readonly createdAt: string;
}

/** The columns of an answer, of rows of "Attachment" under the alias `f`. */
export const attachmentColumns = Prisma.sql`
  f."id"::text AS "id", f."fileName", split_part(f."contentType", ';', 1) AS "contentType", f."size", encode(f."sha256", 'hex') AS "sha256",
  coalesce(f."commentId", f."heldCommentId")::text AS "commentId", f."inline", ${isoTime('f."createdAt"')} AS "createdAt"`;

/** What is stored whole and not given up. */
export const isThere = Prisma.sql`f."storedAt" IS NOT NULL AND f."removedAt" IS NULL`;

/** The file `f` is there, and no comment has taken it. */
export const isFree = Prisma.sql`f."commentId" IS NULL AND f."heldCommentId" IS NULL AND f."openingOfId" IS NULL AND ${isThere}`;
