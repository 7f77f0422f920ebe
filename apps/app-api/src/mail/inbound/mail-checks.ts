import type { InboundMail } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { InboundSettings } from './inbound-settings.js';
import type { Letter } from './letter.js';
import { MailDns } from '../../mail-core/mail-dns.js';
import { verdictOf, type MailVerdict } from './mail-verdict.js';
import { relayVerdictIn } from './relay-results.js';

/** Asks the DNS who wrote a mail. */
@Injectable()
export class MailChecks {
  constructor(
    private readonly dns: MailDns,
    private readonly settings: InboundSettings,
  ) {}

  verdict(raw: Buffer, letter: Letter, mail: InboundMail): Promise<MailVerdict> {
    const { authservId } = this.settings;
    const relayed = mail.relayed && authservId !== undefined;
    const source = {
      envelopeFrom: mail.envelopeFrom,
      clientAddress: mail.clientAddress ?? undefined,
      clientName: mail.clientName ?? undefined,
      relayVerdict: relayed ? relayVerdictIn(letter.headers, authservId) : undefined,
    };
    return verdictOf(raw, letter, source, this.dns);
  }
}
