import { Forbidden, ServiceUnavailable, ValidationFailed } from '@helpdeskly/errors';
import { EdgeError, type Actor } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { StorageLimit } from '../../attachments/errors.js';
import { MailRefused } from './errors.js';
import { InboundSettings } from './inbound-settings.js';
import { MailHandover } from './mail-handover.js';

/** The envelope of a mail that comes by HTTP, as its headers say. */
export interface EnvelopeHeaders {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

const mostRecipients = 100;
const longestAddress = 254;
const form = /^[^\s@<>,]+@[^\s@<>,]+$/;

/** Takes mail in that programs bring by HTTP, for the current tenant. */
@Injectable()
export class HandedInMail {
  constructor(
    private readonly handover: MailHandover,
    private readonly settings: InboundSettings,
  ) {}

  /**
   * Answers the mail's id once it is stored, now or by an earlier delivery; undefined when it is the operators' alone. Throws Forbidden,
   * ValidationFailed, InvalidReference, StorageLimit, EdgeError payload_too_large, ServiceUnavailable.
   */
  async take(actor: Pick<Actor, 'kind'>, raw: Buffer, envelope: EnvelopeHeaders): Promise<string | undefined> {
    if (actor.kind !== 'API_KEY') throw new Forbidden('Only API keys can hand in mail.');
    if (raw.length === 0) throw wrong('(body)', 'The message is empty.');
    const envelopeFrom = senderIn(envelope.from);
    const recipients = await this.handover.sort(recipientsIn(envelope.to));
    if (this.settings.place === undefined) throw new ServiceUnavailable('This installation takes no mail.');
    const client = { clientAddress: null, clientName: null, relayed: false };
    return this.handover.give({ raw, envelopeFrom, ...client }, recipients).catch(refused(raw));
  }
}

const wrong = (field: string, message: string) => new ValidationFailed([{ field, code: 'invalid', message }]);

/** Empty for a mail from nobody. */
function senderIn(header: string | undefined): string {
  if (header === undefined)
    throw wrong('X-Envelope-From', 'This header is required. Leave it empty for a mail from nobody.');
  const address = plain(header);
  if (address !== '' && !isAddress(address)) throw wrong('X-Envelope-From', 'This is no address.');
  return address;
}

function recipientsIn(header = ''): string[] {
  const addresses = header.split(',').map(plain);
  if (addresses.length > mostRecipients)
    throw wrong('X-Envelope-To', `A message has at most ${mostRecipients} recipients.`);
  if (!addresses.every(isAddress))
    throw wrong('X-Envelope-To', 'Send one address or several, with commas between them.');
  return addresses;
}

const plain = (address: string) => address.trim().replace(/^<(.*)>$/, '$1');
const isAddress = (text: string) => text.length <= longestAddress && form.test(text);

/** What a listener would answer by a reply of SMTP. */
const refused =
  (raw: Buffer) =>
  (error: unknown): never => {
    if (!(error instanceof MailRefused)) throw error;
    if (error.kind === 'no_room') throw new StorageLimit(raw.length);
    if (error.kind === 'operators_no_room') throw new ServiceUnavailable(error.sentence);
    if (error.kind === 'operators_too_large') throw new EdgeError('payload_too_large', error.sentence);
    throw new Forbidden('This helpdesk takes mail from known senders only.');
  };
