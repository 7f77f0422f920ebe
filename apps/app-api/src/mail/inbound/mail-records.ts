import type { Prisma } from '@helpdeskly/tenant-db';
import type { FileOwner } from '../../attachments/incoming-files.js';
import type { FiledMail } from './filed-mail.js';

/** Notes what a mail said that became a comment, or opened its ticket. */
export async function noteMessage(
  tx: Prisma.TransactionClient,
  { mail, letter, verdict, trust, mailbox, bodyHtml }: FiledMail,
  entry: { readonly ticketId: string; readonly commentId: string | null },
): Promise<void> {
  await tx.mailMessage.create({
    data: {
      ...entry,
      inboundMailId: mail.id,
      mailboxId: mailbox?.id ?? null,
      messageId: letter.messageId ?? '',
      fromAddress: letter.from?.address ?? null,
      subject: letter.subject,
      authentication: verdict,
      verified: trust.verified,
      bodyHtml,
      quoted: letter.quoted,
    },
  });
}

/** Makes the message itself a file of what it became, for the staff. Its bytes are stored under the same id. */
export async function keepRaw(
  tx: Prisma.TransactionClient,
  { mail, sender }: FiledMail,
  owner: FileOwner,
): Promise<void> {
  const { id, size, sha256, storedAt } = mail;
  const facts = {
    fileName: 'message.eml',
    contentType: 'message/rfc822',
    size,
    sha256: new Uint8Array(sha256),
    storedAt,
  };
  await tx.attachment.create({ data: { id, ...facts, ...owner, uploaderId: sender.id, raw: true } });
}
