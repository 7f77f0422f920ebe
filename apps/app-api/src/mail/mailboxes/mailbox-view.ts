import type { Mailbox } from '@helpdeskly/tenant-db';
import type { TenantPrisma } from '@helpdeskly/tenancy';
import { NotFound } from '@helpdeskly/errors';
import { isUuid } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { MailAddresses } from '../../mail-core/mail-addresses.js';
import { OwnAddresses } from '../../mail-core/own-addresses.js';
import { SenderAddresses } from '../../mail-core/sender-addresses.js';
import type { MailboxDto } from './mailboxes.dto.js';

/** Mailboxes as their admins see them. */
@Injectable()
export class MailboxViews {
  constructor(
    private readonly addresses: MailAddresses,
    private readonly own: OwnAddresses,
    private readonly senders: SenderAddresses,
  ) {}

  /** Throws CatalogUnavailable. */
  async all(mailboxes: readonly Mailbox[]): Promise<MailboxDto[]> {
    const verified = mailboxes.some(({ address }) => address !== null) ? await this.own.verified() : new Set<string>();
    return Promise.all(mailboxes.map((mailbox) => this.view(mailbox, verified)));
  }

  /** Throws CatalogUnavailable. */
  async one(mailbox: Mailbox): Promise<MailboxDto> {
    const [view] = await this.all([mailbox]);
    return view as MailboxDto;
  }

  private async view(mailbox: Mailbox, verified: ReadonlySet<string>): Promise<MailboxDto> {
    const { addressKey, address, createdAt, updatedAt, ...shown } = mailbox;
    return {
      ...shown,
      address: address ?? this.addresses.support,
      own: address !== null,
      verified: addressKey === null || verified.has(addressKey),
      from: await this.senders.of(address),
      createdAt: createdAt.toISOString(),
      updatedAt: updatedAt.toISOString(),
    };
  }
}

/** Throws NotFound. */
export async function findMailbox(db: TenantPrisma, id: string): Promise<Mailbox> {
  const mailbox = isUuid(id) ? await db.mailbox.findUnique({ where: { id } }) : null;
  if (mailbox === null) throw new NotFound('mailbox');
  return mailbox;
}

/** All of them, in one order: the default moves from one to another. */
export async function lockMailboxes(db: TenantPrisma): Promise<void> {
  await db.$queryRaw`SELECT FROM "Mailbox" ORDER BY "id" FOR UPDATE`;
}
