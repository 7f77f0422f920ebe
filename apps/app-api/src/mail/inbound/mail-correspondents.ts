import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { ReplyAddresses } from '../../mail-core/reply-addresses.js';
import { readLocale } from '../../user-core/locales.js';
import type { Letter } from './letter.js';
import { MailSenders, type Correspondent } from './mail-senders.js';
import { TenantMailboxes } from './tenant-mailboxes.js';
import { placeOf, type MailPlace } from './mail-place.js';

/** People of Cc beyond this are a mailing's. */
const mostGuests = 50;
/** Of what names no sender. */
const nobody = { address: 'unknown-sender@mail.invalid', name: 'Unknown sender' };

/** The people of a mail, and what they have to do with tickets. */
@Injectable()
export class MailCorrespondents {
  constructor(
    private readonly db: TenantDatabase,
    private readonly senders: MailSenders,
    private readonly mailboxes: TenantMailboxes,
    private readonly replies: ReplyAddresses,
  ) {}

  /** Somebody new reads mails in the language of this one, if it says in which it is (RFC 3282). */
  newSender({ from, headers }: Pick<Letter, 'from' | 'headers'>): Promise<Correspondent> {
    if (from === undefined) return this.senders.findOrInvite(nobody);
    const [language = ''] = (headers.first('content-language') ?? '').split(',');
    return this.senders.invite(from, readLocale(language.trim()) ?? null);
  }

  place(letter: Letter, envelopeTo: readonly string[], sender: Correspondent): Promise<MailPlace | undefined> {
    return placeOf(this.db.client, letter, envelopeTo, sender, { addresses: this.mailboxes, replies: this.replies });
  }

  /** People of Cc, unknown ones too unless the helpdesk wants none. */
  async guests({ cc }: Pick<Letter, 'cc'>): Promise<readonly Correspondent[]> {
    if (cc.length === 0) return [];
    const { mailSignUp } = await this.db.client.settings.findUniqueOrThrow({ where: { id: 1 } });
    const guests: Correspondent[] = [];
    for (const named of cc.slice(0, mostGuests)) {
      if (await this.mailboxes.isOurs(named.address)) continue;
      const guest = mailSignUp ? await this.senders.findOrInvite(named) : await this.senders.find(named.address);
      if (guest !== undefined) guests.push(guest);
    }
    return guests;
  }
}
