import { NotFound, ValidationFailed } from '@helpdeskly/errors';
import { assertVersion, Cursors, isUuid, type Page, type PageQuery } from '@helpdeskly/http';
import { TenantContext, TenantDatabase, type TenantPrisma } from '@helpdeskly/tenancy';
import type { Mailbox, Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { MailAddresses } from '../../mail-core/mail-addresses.js';
import { assertGroup } from '../../ticket-core/ticket-assignee.js';
import type { ChangeMailboxDto, MailboxDto } from './mailboxes.dto.js';

const fields = ['name', 'groupId', 'isDefault', 'signature', 'autoReply'] as const;

/** The addresses at which a helpdesk gets mail. */
@Injectable()
export class Mailboxes {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly cursors: Cursors,
    private readonly addresses: MailAddresses,
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
    return this.cursors.page(
      rows,
      request,
      scope,
      ({ id }) => [id],
      (row) => this.view(row),
      total,
    );
  }

  /** Throws NotFound. */
  async find(id: string): Promise<MailboxDto> {
    return this.view(await found(this.db.client, id));
  }

  /** Throws NotFound, VersionConflict, InvalidReference, ValidationFailed for the default one that is to be none. */
  async change(id: string, input: ChangeMailboxDto, version?: number): Promise<MailboxDto> {
    return this.db.transaction(async (tx) => {
      // All of them, in one order: the default moves from one to another.
      await tx.$queryRaw`SELECT FROM "Mailbox" ORDER BY "id" FOR UPDATE`;
      const before = await found(tx, id);
      assertVersion(version, before.version);
      const changed = fields.filter((field) => input[field] !== undefined && input[field] !== before[field]);
      if (changed.length === 0) return this.view(before);
      if (changed.includes('isDefault')) await moveDefault(tx, input.isDefault === true);
      if (changed.includes('groupId') && typeof input.groupId === 'string') await assertGroup(tx, input.groupId);
      const moved = { version: { increment: 1 }, updatedAt: new Date() };
      const data = { ...Object.fromEntries(changed.map((field) => [field, input[field]])), ...moved };
      return this.view(await tx.mailbox.update({ where: { id: before.id }, data }));
    });
  }

  private view({ addressKey: _, address, createdAt, updatedAt, ...mailbox }: Mailbox): MailboxDto {
    return {
      ...mailbox,
      address: address ?? this.addresses.support,
      createdAt: createdAt.toISOString(),
      updatedAt: updatedAt.toISOString(),
    };
  }
}

async function found(db: TenantPrisma, id: string): Promise<Mailbox> {
  const mailbox = isUuid(id) ? await db.mailbox.findUnique({ where: { id } }) : null;
  if (mailbox === null) throw new NotFound('mailbox');
  return mailbox;
}

async function moveDefault(tx: Prisma.TransactionClient, here: boolean): Promise<void> {
  if (!here) {
    const message = 'One mailbox is the default: make another one the default instead.';
    throw new ValidationFailed([{ field: 'isDefault', code: 'required', message }]);
  }
  const data = { isDefault: false, version: { increment: 1 }, updatedAt: new Date() };
  await tx.mailbox.updateMany({ where: { isDefault: true }, data });
}
