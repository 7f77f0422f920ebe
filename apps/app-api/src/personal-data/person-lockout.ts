import { Forbidden, NotFound } from '@helpdeskly/errors';
import { isUuid, type Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma, User } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AttachmentRemoval } from '../attachments/attachment-removal.js';
import { AccountAccess } from '../auth/account-access.service.js';
import { releasableFrom, releaseTickets } from '../ticket-core/ticket-assignments.js';
import { TicketWrites } from '../ticket-core/ticket-writes.js';
import { lockTicketsFirst } from '../ticket-core/lock-tickets-first.js';
import { LastAdmin } from '../user-core/errors.js';
import { hasOtherAdmin, lockAdmins, lockUser } from '../user-core/user-rows.js';
import { assertOwn, isActiveAdmin } from '../user-core/user-rules.js';
import { eraseFromInboundMails, type KnownPerson } from './erasure.queries.js';

/** Shuts people out before their words are taken away. */
@Injectable()
export class PersonLockout {
  constructor(
    private readonly db: TenantDatabase,
    private readonly access: AccountAccess,
    private readonly attachments: AttachmentRemoval,
    private readonly writes: TicketWrites,
  ) {}

  /** The person as they were until now, but disabled. One who was anonymized is left alone. Throws NotFound, Forbidden, UserMerged, LastAdmin. */
  async shutOut(actor: Actor, id: string): Promise<User> {
    if (!isUuid(id)) throw new NotFound('user');
    return this.db.transaction(async (tx) => {
      // A worker holds its turn in a run, then the ticket, then who asked for it.
      await tx.bulkRun.deleteMany({ where: { actorId: id } });
      // A worker holds such a comment, then the ticket, then its author.
      await tx.heldComment.deleteMany({ where: { authorId: id } });
      const user = await lockTicketsFirst(this.db, releasableFrom(id), async (locking) => {
        await lockAdmins(locking);
        return lockUser(locking, id);
      });
      assertOwn(user);
      if (actor.kind === 'API_KEY' && user.role !== 'CUSTOMER')
        throw new Forbidden('API keys can anonymize customers only.');
      if (user.anonymizedAt !== null) return user;
      if (isActiveAdmin(user) && !(await hasOtherAdmin(tx, user.id))) throw new LastAdmin();
      await this.end(tx, actor, user);
      if (user.status === 'DISABLED') return user;
      const data = { status: 'DISABLED', updatedAt: new Date(), version: { increment: 1 } } as const;
      return tx.user.update({ where: { id: user.id }, data });
    });
  }

  /** The messages that the person sent, as they came. */
  async removeMails(tx: Prisma.TransactionClient, { ids, words }: KnownPerson): Promise<void> {
    await this.attachments.removeGivenUp(await eraseFromInboundMails(tx, ids, words));
  }

  /** What the person can do, has, and keeps for nobody else; what the staff sent to customers stays. */
  private async end(tx: Prisma.TransactionClient, actor: Actor, { id: userId, role }: User): Promise<void> {
    await this.access.end(tx, userId);
    await releaseTickets(tx, this.writes, userId, actor.id);
    await tx.groupMember.deleteMany({ where: { userId } });
    const own = { ownerId: userId, shared: false };
    await tx.view.deleteMany({ where: own });
    await tx.macro.deleteMany({ where: own });
    await tx.draft.deleteMany({ where: { userId } });
    await tx.notification.deleteMany({ where: { userId } });
    await tx.notificationPreferences.deleteMany({ where: { userId } });
    await this.attachments.removeOfUploader(tx, userId, role === 'CUSTOMER' ? 'all' : 'unbound');
  }
}
