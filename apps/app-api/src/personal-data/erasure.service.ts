import { isDeepStrictEqual } from 'node:util';
import { NotFound } from '@helpdeskly/errors';
import { isUuid, type Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Prisma, type User } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../audit/audit-trail.js';
import { AuditType } from '../audit/audit-types.js';
import { AccountAccess } from '../auth/account-access.service.js';
import { AttachmentRemoval } from '../attachments/attachment-removal.js';
import { releasableFrom, releaseTickets } from '../ticket-core/ticket-assignments.js';
import { TicketWrites } from '../ticket-core/ticket-writes.js';
import { lockTicketsFirst } from '../ticket-core/tickets-first.js';
import { assertOwn, isActiveAdmin } from '../user-core/user-rules.js';
import { hasOtherAdmin, lockAdmins, lockUser } from '../user-core/user-rows.js';
import { userView } from '../user-core/user-view.js';
import { LastAdmin } from '../user-core/errors.js';
import type { UserDto } from '../user-core/user.dto.js';
import { eraseFromFiles, eraseFromTickets, forgetAnswers, knownAs, type KnownPerson } from './erasure.queries.js';
import { eachBatch } from './ticket-batches.js';

/** Makes a person nobody: authorship stays, with a name that is nobody's. */
@Injectable()
export class Erasure {
  constructor(
    private readonly db: TenantDatabase,
    private readonly access: AccountAccess,
    private readonly attachments: AttachmentRemoval,
    private readonly audit: AuditTrail,
    private readonly writes: TicketWrites,
  ) {}

  /**
   * For good. First the person is shut out, then the words go, some tickets at a time so that nobody waits for all of them, and
   * at last the name. One that was stopped in between is done by doing it again; one that is done is not done again.
   * Throws NotFound, UserMerged, LastAdmin.
   */
  async anonymize(actor: Actor, id: string): Promise<UserDto> {
    for (;;) {
      const user = await this.shutOut(actor, id);
      if (user.anonymizedAt !== null) return userView(user);
      const person = await knownAs(this.db.client, user);
      for await (const { words, ticketIds } of eachBatch(this.db.client, person))
        await this.db.transaction((tx) => eraseFromTickets(tx, this.writes, actor, words, ticketIds));
      const nobody = await this.makeNobody(actor, user.id, person);
      if (nobody !== undefined) return userView(nobody);
    }
  }

  /**
   * Nothing, and undefined, when the person is known by other words than those that were erased, or may do something: others change
   * users while the words go. Throws UserMerged.
   */
  private async makeNobody(actor: Actor, id: string, erased: KnownPerson): Promise<User | undefined> {
    return this.db.transaction(async (tx) => {
      await tx.bulkRun.deleteMany({ where: { actorId: id } });
      const user = await lockUser(tx, id, 'WHOLE');
      assertOwn(user);
      if (user.anonymizedAt !== null) return user;
      const person = await knownAs(tx, user);
      if (user.status !== 'DISABLED' || !isDeepStrictEqual(person, erased)) return undefined;
      await eraseFromFiles(tx, person.words);
      await forgetAnswers(tx);
      await tx.ticketParticipant.deleteMany({ where: { userId: user.id } });
      const email = `${user.id}@anonymized.invalid`;
      const nobody = { name: 'Former user', email, emailKey: email, passwordHash: null, organizationId: null };
      const now = new Date();
      const data = { ...nobody, formerNames: [], addresses: [], anonymizedAt: now, updatedAt: now };
      const nobodysAccount = await tx.user.update({
        where: { id: user.id },
        data: { ...data, version: { increment: 1 } },
      });
      await tx.userAddress.deleteMany({ where: { userId: user.id } });
      await tx.$executeRaw`SELECT "audit_without_person"(${user.id}::uuid)::text`;
      await this.audit.record(tx, { type: AuditType.USER_ANONYMIZED, actorId: actor.id, subjectId: user.id });
      return nobodysAccount;
    });
  }

  /** The person as they were until now, but disabled. */
  private async shutOut(actor: Actor, id: string): Promise<User> {
    if (!isUuid(id)) throw new NotFound('user');
    return this.db.transaction(async (tx) => {
      // A worker holds its turn in a run, then the ticket, then who asked for it.
      await tx.bulkRun.deleteMany({ where: { actorId: id } });
      const user = await lockTicketsFirst(this.db, releasableFrom(id), async (locking) => {
        await lockAdmins(locking);
        return lockUser(locking, id);
      });
      assertOwn(user);
      if (user.anonymizedAt !== null) return user;
      if (isActiveAdmin(user) && !(await hasOtherAdmin(tx, user.id))) throw new LastAdmin();
      await this.end(tx, actor, user);
      if (user.status === 'DISABLED') return user;
      const data = { status: 'DISABLED', updatedAt: new Date(), version: { increment: 1 } } as const;
      return tx.user.update({ where: { id: user.id }, data });
    });
  }

  /** What the person can do, has, and keeps for nobody else; what the staff sent to customers stays. */
  private async end(tx: Prisma.TransactionClient, actor: Actor, { id: userId, role }: User): Promise<void> {
    await this.access.end(tx, userId);
    await releaseTickets(tx, this.writes, userId, actor.id);
    await tx.groupMember.deleteMany({ where: { userId } });
    const own = { ownerId: userId, shared: false };
    await tx.view.deleteMany({ where: own });
    await tx.macro.deleteMany({ where: own });
    await this.attachments.removeOfUploader(tx, userId, role === 'CUSTOMER' ? 'all' : 'unbound');
  }
}
