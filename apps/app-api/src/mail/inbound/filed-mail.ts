import type { InboundMail, Mailbox } from '@helpdeskly/tenant-db';
import type { KeptFile } from '../../attachments/incoming-files.js';
import type { Automatism } from './automatic-mail.js';
import type { Letter } from './letter.js';
import type { MailPlace } from './mail-place.js';
import type { Correspondent } from './mail-senders.js';
import type { Trust } from './mail-trust.js';
import type { MailVerdict } from './mail-verdict.js';

/** All that is known of a mail when it is written into a ticket. */
export interface FiledMail {
  readonly mail: InboundMail;
  readonly letter: Letter;
  readonly verdict: MailVerdict;
  readonly sender: Correspondent;
  readonly automatism: Automatism;
  readonly place: MailPlace | undefined;
  readonly trust: Trust;
  /** People of Cc. */
  readonly guests: readonly Correspondent[];
  readonly mailbox: Mailbox | null;
  readonly files: readonly KeptFile[];
  /** Of the files that the HTML shows. */
  readonly inlineIds: ReadonlySet<string>;
  readonly bodyHtml: string | null;
}
