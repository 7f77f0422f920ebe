import { randomUUID } from 'node:crypto';
import { isUniqueViolation } from '@helpdeskly/database';
import { ValidationFailed } from '@helpdeskly/errors';
import { type Actor, assertVersion } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/audit-trail.js';
import { AuditType } from '../../audit/audit-types.js';
import { addressKeyOf, domainOf } from '../../mail-core/own-addresses.js';
import { lockQuota } from '../../sharing/quota.js';
import { assertGroup } from '../../ticket-core/ticket-assignee.js';
import { AddressTaken } from './errors.js';
import { MailboxCodes } from './mailbox-codes.js';
import { findMailbox, lockMailboxes } from './mailbox-view.js';
import type { CreateMailboxDto } from './mailboxes.dto.js';
import { moveDefault } from './default-mailbox.js';
import { OwnDomains } from './own-domains.js';

const mostMailboxes = 50;

/** Making and removing mailboxes of addresses outside MAIL_DOMAIN; each belongs to one helpdesk at a time. */
@Injectable()
export class OwnMailboxes {
  constructor(
    private readonly db: TenantDatabase,
    private readonly codes: MailboxCodes,
    private readonly domains: OwnDomains,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Sends a code to the address. Answers the mailbox's id. Throws ValidationFailed for the address, InvalidReference, AddressTaken,
   * LimitReached, ServiceUnavailable, CatalogUnavailable.
   */
  async create(actor: Actor, input: CreateMailboxDto): Promise<string> {
    const { groupId = null, name = null, signature = null, autoReply = false } = input;
    const address = this.domains.judge(input.address);
    const addressKey = addressKeyOf(address);
    if (groupId !== null) await this.db.transaction((tx) => assertGroup(tx, groupId)); // Before anything is written elsewhere.
    await this.codes.assertLeaves();
    if ((await this.db.client.mailbox.count({ where: { addressKey } })) > 0) throw new AddressTaken();
    if (!(await this.domains.claim(address))) throw new AddressTaken();
    const id = randomUUID();
    try {
      await this.domains.ensureKey(domainOf(address));
      await this.db.transaction(async (tx) => {
        await lockQuota(tx, 'mailboxes', { shared: true, ownerId: '' }, mostMailboxes, () => tx.mailbox.count());
        if (groupId !== null) await assertGroup(tx, groupId);
        const data = { id, address, addressKey, groupId, name, signature, autoReply };
        await this.codes.send(tx, await tx.mailbox.create({ data }));
        await this.tell(tx, AuditType.MAILBOX_CREATED, actor, { id, address });
      });
    } catch (error) {
      // Made at the same time: the claim is that one's, too.
      if (isUniqueViolation(error, 'Mailbox_addressKey_key')) throw new AddressTaken();
      await this.domains.release(address).catch(() => undefined); // Abandoned: it is freed within hours.
      throw error;
    }
    return id;
  }

  /** Throws NotFound, ValidationFailed for the mailbox that each helpdesk has, RateLimited, AddressTaken, ServiceUnavailable. */
  async sendCode(id: string): Promise<void> {
    const { address } = await this.unverified(id);
    if (address === undefined) return;
    await this.codes.assertLeaves();
    if (!(await this.domains.claim(address))) throw new AddressTaken();
    await this.domains.ensureKey(domainOf(address));
    await this.db.transaction(async (tx) => {
      await lockMailboxes(tx);
      await this.codes.send(tx, await findMailbox(tx, id));
    });
  }

  /** Nothing changes for one that is verified. Throws NotFound, ValidationFailed for a wrong code, AddressTaken, CatalogUnavailable. */
  async verify(actor: Actor, id: string, code: string): Promise<void> {
    const { address } = await this.unverified(id);
    if (address === undefined) return;
    await this.codes.assertRight(id, code);
    if (!(await this.domains.claim(address, true))) throw new AddressTaken();
    await this.db.transaction(async (tx) => {
      const { count } = await tx.mailboxCode.deleteMany({ where: { mailboxId: id } });
      if (count > 0) await this.tell(tx, AuditType.MAILBOX_VERIFIED, actor, { id, address });
    });
  }

  /** The default goes back to the mailbox that each helpdesk has. Throws NotFound, ValidationFailed for that one, VersionConflict. */
  async remove(actor: Actor, id: string, version?: number): Promise<void> {
    await this.db.transaction(async (tx) => {
      await lockMailboxes(tx);
      const mailbox = await findMailbox(tx, id);
      const { address } = mailbox;
      assertVersion(version, mailbox.version);
      if (address === null) throw everyHelpdesksOwn();
      if (mailbox.isDefault) {
        await moveDefault(tx);
        await tx.mailbox.updateMany({ where: { address: null }, data: { isDefault: true } });
      }
      await tx.mailbox.delete({ where: { id: mailbox.id }, select: { id: true } });
      await this.tell(tx, AuditType.MAILBOX_DELETED, actor, { id: mailbox.id, address });
      await this.db.afterCommit(() => this.domains.release(address));
    });
  }

  /** The domain alone: no event holds an address that no account has. */
  private tell(
    tx: Prisma.TransactionClient,
    type: AuditType,
    { id: actorId }: Actor,
    { id: mailboxId, address }: { readonly id: string; readonly address: string },
  ): Promise<void> {
    return this.audit.record(tx, { type, actorId, details: { mailboxId, domain: domainOf(address) } });
  }

  /** The address of a mailbox; undefined when it is verified. */
  private async unverified(id: string): Promise<{ readonly address: string | undefined }> {
    const { address } = await findMailbox(this.db.client, id);
    if (address === null) throw everyHelpdesksOwn();
    return { address: (await this.domains.isVerified(address)) ? undefined : address };
  }
}

function everyHelpdesksOwn(): ValidationFailed {
  const message = 'This mailbox is there by itself: it is verified, and stays.';
  return new ValidationFailed([{ field: 'id', code: 'invalid', message }]);
}
