import { Prisma } from '@helpdeskly/tenant-db';
import type { MailDto } from './mail.dto.js';

/** What a mail said beside its text. */
export interface MailedWords {
  readonly mail: MailDto;
  readonly bodyHtml: string | null;
  readonly quoted: string | null;
}

/** `MailedWords` of a row of "MailMessage" under the alias `m`, as JSON. */
export const mailedWords = Prisma.sql`
  json_build_object(
    'mail', json_build_object('from', m."fromAddress", 'messageId', nullif(m."messageId", ''), 'authentication', m."authentication",
                              'verified', m."verified", 'subject', m."subject"),
    'bodyHtml', m."bodyHtml", 'quoted', m."quoted")`;

/** That of the mail by which a row of "Comment" under the alias `c` came; null for others. */
export const mailOfComment = Prisma.sql`
  (SELECT ${mailedWords} FROM "MailMessage" m WHERE m."commentId" = c."id" ORDER BY m."id" LIMIT 1)`;
