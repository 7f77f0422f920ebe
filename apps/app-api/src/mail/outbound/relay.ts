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
  /** Whether a program wrote it (RFC 3834). */
  readonly automatic?: 'auto-replied' | 'auto-generated';
  readonly files: readonly OutgoingFile[];
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
