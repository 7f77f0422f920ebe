import { InvalidReference } from '@helpdeskly/errors';
import { TenantContext } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { MailIntake, type IncomingMail } from './mail-intake.js';
import { OperatorMails } from './operator-mails.js';
import { TenantMailboxes } from './tenant-mailboxes.js';

/** The recipients of one mail, by whose they are. */
export interface SortedRecipients {
  readonly helpdesk: readonly string[];
  readonly operators: readonly string[];
}

/** Gives a mail of the current tenant's programs to everybody whose it is: its helpdesk, and the operators. */
@Injectable()
export class MailHandover {
  constructor(
    private readonly context: TenantContext,
    private readonly mailboxes: TenantMailboxes,
    private readonly operators: OperatorMails,
    private readonly intake: MailIntake,
  ) {}

  /** Throws InvalidReference for an address that is neither's, CatalogUnavailable. */
  async sort(addresses: readonly string[]): Promise<SortedRecipients> {
    const sorted = { helpdesk: [] as string[], operators: [] as string[] };
    for (const address of addresses)
      if (await this.operators.have(address)) sorted.operators.push(address);
      else if (await this.mailboxes.has(address)) sorted.helpdesk.push(address);
      else throw new InvalidReference('X-Envelope-To', 'One of these addresses is none of this helpdesk.');
    return sorted;
  }

  /**
   * Answers the id of the helpdesk's mail; undefined when it was the operators' alone. The operators come first, since a mail that is handed in
   * again is stored once by either. Throws MailRefused, and what a database or a storage throws.
   */
  async give(
    mail: Omit<IncomingMail, 'envelopeTo'>,
    { helpdesk, operators }: SortedRecipients,
  ): Promise<string | undefined> {
    if (operators.length > 0) await this.operators.take({ ...mail, envelopeTo: operators });
    return helpdesk.length === 0
      ? undefined
      : this.intake.take({ ...mail, envelopeTo: helpdesk }, this.context.current);
  }
}
