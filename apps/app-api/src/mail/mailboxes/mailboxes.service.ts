import { ValidationFailed } from '@helpdeskly/errors';
import { assertVersion, Cursors, type Page, type PageQuery } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import type { Mailbox, Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { assertGroup } from '../../ticket-core/ticket-assignee.js';
import { moveDefault } from './default-mailbox.js';
import { findMailbox, lockMailboxes, MailboxViews } from './mailbox-view.js';
import type { ChangeMailboxDto, MailboxDto } from './mailboxes.dto.js';

const fields = ['name', 'groupId', 'isDefault', 'signature', 'autoReply'] as const;

/** The addresses at which a helpdesk gets mail. */
@Injectable()
export class Mailboxes {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly cursors: Cursors,
    private readonly views: MailboxViews,
  ) {}

  async list(query: PageQuery): Promise<Page<MailboxDto>> {
    const scope = [this.context.current.tenant.id, 'mailboxes'];
    const request = this.cursors.request(query, scope);
    const [after] = (request.after ?? []).map(String);
    const { mailbox } = this.db.client;
    const rows = await mailbox.findMany({
      where: after === undefined ? {} : { id: { gt: after } },
      orderBy: { id: 'asc' },
      take: request.limit + 1,
    });
    const total = request.total ? await mailbox.count() : undefined;
    const shown = new Map((await this.views.all(rows)).map((view) => [view.id, view]));
    return this.cursors.page(
      rows,
      request,
      scope,
      ({ id }) => [id],
      ({ id }) => shown.get(id) as MailboxDto,
      total,
    );
  }

  /** Throws NotFound. */
  async find(id: string): Promise<MailboxDto> {
    return this.views.one(await findMailbox(this.db.client, id));
  }

  /** Throws NotFound, VersionConflict, InvalidReference, ValidationFailed for the default one that is to be none, or one that is not verified. */
  async change(id: string, input: ChangeMailboxDto, version?: number): Promise<MailboxDto> {
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
      return tx.mailbox.update({ where: { id: before.id }, data });
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
