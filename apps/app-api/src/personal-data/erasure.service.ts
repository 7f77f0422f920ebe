import { NotFound } from '@helpdeskly/errors';
import { isUuid, type Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Prisma, type User } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { Invitations } from '../auth/invitations.service.js';
import { Sessions } from '../auth/sessions.service.js';
import { AttachmentRemoval } from '../attachments/attachment-removal.js';
import { releaseTickets } from '../tickets/ticket-assignments.js';
import { isActiveAdmin } from '../users/user-changes.js';
import { hasOtherAdmin, lockAdmins, lockUser } from '../users/user-rows.js';
import { userView } from '../users/user-view.js';
import { LastAdmin } from '../users/users.errors.js';
import type { UserDto } from '../users/users.dto.js';
import { eraseWords, forgetAnswers, ticketsOf, wordsOf } from './erasure.queries.js';

/** Makes a person nobody: authorship stays, with a name that is nobody's. */
@Injectable()
export class Erasure {
  constructor(
    private readonly db: TenantDatabase,
    private readonly sessions: Sessions,
    private readonly invitations: Invitations,
    private readonly attachments: AttachmentRemoval,
  ) {}

  /** For good. Doing it again changes nothing. Throws NotFound, LastAdmin. */
  async anonymize(actor: Actor, id: string): Promise<UserDto> {
    if (!isUuid(id)) throw new NotFound('user');
    return this.db.transaction(async (tx) => {
      await lockAdmins(tx);
      const user = await lockUser(tx, id);
      if (user.anonymizedAt !== null) return userView(user);
      if (isActiveAdmin(user) && !(await hasOtherAdmin(tx, user.id))) throw new LastAdmin();
      await this.end(tx, actor, user);
      const { everywhere, nearby } = wordsOf(user);
      await eraseWords(tx, actor, nearby, await ticketsOf(tx, user.id));
      await eraseWords(tx, actor, everywhere, null);
      await forgetAnswers(tx, user.id);
      await tx.ticketParticipant.deleteMany({ where: { userId: user.id } });
      const now = new Date();
      const email = `${user.id}@anonymized.invalid`;
      const nobody = { name: 'Former user', email, emailKey: email, passwordHash: null, organizationId: null };
      const data = {
        ...nobody,
        status: 'DISABLED',
        anonymizedAt: now,
        updatedAt: now,
        version: { increment: 1 },
      } as const;
      return userView(await tx.user.update({ where: { id: user.id }, data }));
    });
  }

  /** What the person can do, has, and keeps for nobody else; what the staff sent to customers stays. */
  private async end(tx: Prisma.TransactionClient, actor: Actor, { id: userId, role }: User): Promise<void> {
    await this.sessions.endAll(tx, userId);
    await tx.session.deleteMany({ where: { userId } });
    await this.invitations.withdraw(tx, userId);
    await releaseTickets(tx, userId, actor.id);
    await tx.groupMember.deleteMany({ where: { userId } });
    const own = { ownerId: userId, shared: false };
    await tx.view.deleteMany({ where: own });
    await tx.macro.deleteMany({ where: own });
    await this.attachments.removeOfUploader(tx, userId, role === 'CUSTOMER' ? 'all' : 'unbound');
  }
}
