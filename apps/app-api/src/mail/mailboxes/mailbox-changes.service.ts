import { ValidationFailed } from '@helpdeskly/errors';
import { type Actor, assertVersion } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Mailbox, Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AuditTrail, changesBetween } from '../../audit/audit-trail.js';
import { AuditType } from '../../audit/audit-types.js';
import { assertGroup } from '../../ticket-core/ticket-assignee.js';
import { moveDefault } from './default-mailbox.js';
import { findMailbox, lockMailboxes, MailboxViews } from './mailbox-view.js';
import type { ChangeMailboxDto, MailboxDto } from './mailboxes.dto.js';

const fields = ['name', 'groupId', 'isDefault', 'signature', 'autoReply'] as const;
/** What people write may be about people: the audit trail, which outlives it, says that it changed and not what it was. */
const texts = ['name', 'signature'] as const;
const plain = fields.filter((field) => field !== 'name' && field !== 'signature');

/** What admins change of a mailbox. */
@Injectable()
export class MailboxChanges {
  constructor(
    private readonly db: TenantDatabase,
    private readonly views: MailboxViews,
    private readonly audit: AuditTrail,
  ) {}

  /** Throws NotFound, VersionConflict, InvalidReference, ValidationFailed for the default one that is to be none, or one that is not verified. */
  async change(actor: Actor, id: string, input: ChangeMailboxDto, version?: number): Promise<MailboxDto> {
    const after = await this.db.transaction(async (tx) => {
      await lockMailboxes(tx);
      const before = await findMailbox(tx, id);
      assertVersion(version, before.version);
      const changed = fields.filter((field) => input[field] !== undefined && input[field] !== before[field]);
      if (changed.length === 0) return before;
      if (changed.includes('isDefault')) await this.takeDefault(tx, before, input.isDefault === true);
      if (changed.includes('groupId') && typeof input.groupId === 'string') await assertGroup(tx, input.groupId);
      const moved = { version: { increment: 1 }, updatedAt: new Date() };
      const data = { ...Object.fromEntries(changed.map((field) => [field, input[field]])), ...moved };
      const changedMailbox = await tx.mailbox.update({ where: { id: before.id }, data });
      const rewritten = texts.filter((field) => changed.includes(field));
      const details = { mailboxId: before.id, rewritten, ...changesBetween(before, changedMailbox, plain) };
      await this.audit.record(tx, { type: AuditType.MAILBOX_UPDATED, actorId: actor.id, details });
      return changedMailbox;
    });
    return this.views.one(after);
  }

  private async takeDefault(tx: Prisma.TransactionClient, mailbox: Mailbox, here: boolean): Promise<void> {
    if (!here) throw wrongDefault('required', 'One mailbox is the default: make another one the default instead.');
    if (!(await this.views.one(mailbox)).verified)
      throw wrongDefault('invalid', 'Verify the address of this mailbox first.');
    await moveDefault(tx);
  }
}

const wrongDefault = (code: string, message: string) => new ValidationFailed([{ field: 'isDefault', code, message }]);
