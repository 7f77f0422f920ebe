import type { MailSignature } from '../../mail-core/mail-records.js';
import type { Readable } from 'node:stream';

/** A mail as it leaves, to one recipient. */
export interface OutgoingMail {
  /** Of the envelope: to whom the mail comes back, and who gets it. */
  readonly envelope: { readonly from: string; readonly to: string };
  readonly from: MailPerson;
  readonly to: MailPerson;
  readonly replyTo?: MailPerson;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Without the angle brackets, as those below. */
  readonly messageId: string;
  readonly references: readonly string[];
  readonly date: Date;
  /** Of a mail that a program wrote. */
  readonly automatic?: Automatic;
  /** By which receivers know that it left from here. */
  readonly signature?: MailSignature;
  readonly files: readonly OutgoingFile[];
}

/** What programs that read a mail know a program by. */
export interface Automatic {
  /** RFC 3834. */
  readonly submitted: 'auto-replied' | 'auto-generated';
  /** By which we know our own mail when it comes back. */
  readonly loop: string;
}

export interface MailPerson {
  readonly name: string;
  readonly address: string;
}

export interface OutgoingFile {
  readonly fileName: string;
  readonly contentType: string;
  readonly content: Readable;
}

/** Where mails are given that leave. */
export abstract class Relay {
  /** Resolves once the mail is theirs. Throws what `readRefusal` reads. */
  abstract send(mail: OutgoingMail): Promise<void>;
}
