import type { InboundMail } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { IncomingFiles } from '../../attachments/incoming-files.js';
import { automatismOf } from './automatic-mail.js';
import type { FiledMail } from './filed-mail.js';
import { MailChecks } from './mail-checks.js';
import { MailCorrespondents } from './mail-correspondents.js';
import type { Letter } from './letter.js';
import { senderKeyOf } from './mail-limits.js';
import type { Correspondent } from './mail-senders.js';
import { trustIn } from './mail-trust.js';
import type { MailVerdict } from './mail-verdict.js';
import { safeHtml } from './safe-html.js';
import { TenantMailboxes } from './tenant-mailboxes.js';

/** More than anybody opens; the message has all of them. */
const mostFiles = 100;

/** A mail that is ready to be written into a ticket. */
export interface ReadMail extends FiledMail {
  readonly senderKey: string;
}

/** Finds out who wrote a mail, where it belongs and what it says, and stores its files. */
@Injectable()
export class MailReading {
  constructor(
    private readonly mailboxes: TenantMailboxes,
    private readonly files: IncomingFiles,
    private readonly people: MailCorrespondents,
    private readonly checks: MailChecks,
  ) {}

  verdict(raw: Buffer, letter: Letter, mail: InboundMail): Promise<MailVerdict> {
    return this.checks.verdict(raw, letter, mail);
  }

  /** `known` is the sender who was found. Throws AttachmentInfected, and what a database or a storage throws. */
  async read(
    mail: InboundMail,
    letter: Letter,
    verdict: MailVerdict,
    known: Correspondent | undefined,
  ): Promise<ReadMail> {
    const sender = known ?? (await this.people.newSender(letter));
    const place = await this.people.place(letter, mail.envelopeTo, sender);
    const trust = trustIn(sender, verdict, place?.ownToken ?? false);
    const invites = place?.mayWrite === true ? trust.invites : trust.speaks;
    const guests = invites ? await this.people.guests(letter) : [];
    const brought = letter.files.slice(0, mostFiles);
    const files = await this.files.keep(sender.id, brought);
    const idOf = (contentId: string) => files[brought.findIndex((file) => file.contentId === contentId)]?.id;
    const safe = letter.html === undefined ? undefined : safeHtml(letter.html, idOf);
    const inlineIds = new Set((safe?.contentIds ?? []).flatMap((contentId) => idOf(contentId) ?? []));
    const automatism = automatismOf(letter.headers, mail.envelopeFrom, this.mailboxes.loopMark);
    const mailbox = await this.mailboxes.mailboxOf(letter, mail.envelopeTo);
    const senderKey = senderKeyOf(letter, verdict);
    const content = { files: files, inlineIds, bodyHtml: safe?.html ?? null };
    return { mail, letter, verdict, sender, senderKey, automatism, place, trust, guests, mailbox, ...content };
  }
}
