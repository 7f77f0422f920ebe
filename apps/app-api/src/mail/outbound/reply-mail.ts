import { hashToken } from '@helpdeskly/auth';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { CommentFiles, type CommentFile } from '../../attachments/comment-files.js';
import { ReplyAddresses } from '../../mail-core/reply-addresses.js';
import type { DueMail } from './due-mails.queries.js';
import { languageOf } from '../../mail-core/languages.js';
import { ticketFilling, wordsFor } from '../templates/mail-templates.js';
import type { TemplateText } from '../templates/built-in-templates.js';
import { Letterhead } from './letterhead.js';
import { mailBody } from './mail-body.js';
import { leftOutNote } from './mail-texts.js';
import type { OutgoingFile, OutgoingMail } from './relay.js';
import { earlierMails, messageIdsOf, readReply, type ReplyFacts } from './reply-mail.queries.js';
import { referencesOf } from './thread.js';

/** Of all files of a mail, in bytes: many receivers refuse mails above 25 MB, and base64 adds a third. */
const mostBytes = 15 * 1024 * 1024;

/** Writes the mails of public comments. */
@Injectable()
export class ReplyMail {
  constructor(
    private readonly db: TenantDatabase,
    private readonly head: Letterhead,
    private readonly replies: ReplyAddresses,
    private readonly files: CommentFiles,
  ) {}

  /**
   * The same mail for each attempt; undefined when it is not to leave any more. Throws StorageUnavailable, CatalogUnavailable,
   * ServiceUnavailable.
   */
  async compose(mail: DueMail): Promise<OutgoingMail | undefined> {
    const { id, ticketId, commentId, userId, address, createdAt } = mail;
    if (ticketId === null || commentId === null || userId === null) return undefined;
    const bounceToken = await this.replies.bounceTokenOf(id);
    const known = await this.db.transaction(async (tx) => {
      const facts = await readReply(tx, mail);
      if (facts === undefined) return undefined;
      await tx.mailDelivery.update({ where: { id }, data: { bounceHash: new Uint8Array(hashToken(bounceToken)) } });
      const replyAddress = await this.replies.replyAddressOf(tx, { ticketId, userId });
      return { facts, replyAddress, earlier: await earlierMails(tx, mail), words: await this.words(tx, facts) };
    });
    if (known === undefined) return undefined;
    const { facts, replyAddress, earlier, words } = known;
    const { ticket, from, text } = words;
    const { fitting, tooLarge } = fitted(await this.files.list(commentId));
    return {
      envelope: { from: this.head.bounces(bounceToken), to: address },
      from,
      to: { name: facts.reader, address },
      replyTo: { name: from.name, address: replyAddress },
      subject: this.head.subject(ticket.number, ticket.title),
      ...bodyOf(facts, text, tooLarge),
      messageId: this.head.messageId({ ticketId, deliveryId: id }),
      references: referencesOf(messageIdsOf(earlier, (own) => this.head.messageId(own))),
      date: createdAt,
      files: await this.opened(fitting),
    };
  }

  /** What the template makes of it, whose address it is from, and the ticket. */
  private async words(tx: Prisma.TransactionClient, facts: ReplyFacts) {
    const from = await this.head.sender({ address: facts.mailboxAddress, name: facts.mailboxName });
    const ticket = await ticketFilling(tx, facts.ticketId, (number) => this.head.reference(number));
    const text = await wordsFor(tx, 'REPLY', facts.locale, {
      ticket,
      me: { name: facts.writer, email: from.address }, // Customers learn no address of the staff.
      reader: { name: facts.reader },
      helpdesk: { name: await this.head.helpdeskName() },
      comment: { body: facts.body },
    });
    return { ticket, from, text };
  }

  private async opened(files: readonly CommentFile[]): Promise<OutgoingFile[]> {
    const opened: OutgoingFile[] = [];
    for (const file of files) {
      const { fileName, contentType } = file;
      opened.push({ fileName, contentType, content: await this.files.bytes(file) });
    }
    return opened;
  }
}

function bodyOf({ locale, signature }: ReplyFacts, { body, footer }: TemplateText, tooLarge: readonly CommentFile[]) {
  const names = tooLarge.map(({ fileName }) => fileName).join(', ');
  const notes = [...(names === '' ? [] : [leftOutNote(locale)(names)]), ...(footer === null ? [] : [footer])];
  return mailBody({ language: languageOf(locale), body, signature, notes });
}

/** The files that have room in one mail, in their order, and the others. */
function fitted(files: readonly CommentFile[]): { fitting: CommentFile[]; tooLarge: CommentFile[] } {
  const fitting: CommentFile[] = [];
  const tooLarge: CommentFile[] = [];
  let room = mostBytes;
  for (const file of files) {
    const fits = file.size <= room;
    (fits ? fitting : tooLarge).push(file);
    if (fits) room -= file.size;
  }
  return { fitting, tooLarge };
}
