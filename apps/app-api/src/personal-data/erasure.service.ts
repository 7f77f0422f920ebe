import { isDeepStrictEqual } from 'node:util';
import type { Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { User } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../audit/audit-trail.js';
import { AuditType } from '../audit/audit-types.js';
import { TicketWrites } from '../ticket-core/ticket-writes.js';
import { assertOwn } from '../user-core/user-rules.js';
import { present } from '../user-core/away.js';
import { lockUser } from '../user-core/user-rows.js';
import { userView } from '../user-core/user-view.js';
import type { UserDto } from '../user-core/user.dto.js';
import {
  eraseFromFiles,
  eraseFromMails,
  eraseFromTickets,
  eraseFromWebhooks,
  forgetAnswers,
  knownAs,
  nobodysAddress,
  type KnownPerson,
} from './erasure.queries.js';
import { PersonLockout } from './person-lockout.js';
import { eachBatch } from './ticket-batches.js';

/** Makes a person nobody: authorship stays, with a name that is nobody's. */
@Injectable()
export class Erasure {
  constructor(
    private readonly db: TenantDatabase,
    private readonly lockout: PersonLockout,
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
      const user = await this.lockout.shutOut(actor, id);
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
      await this.lockout.removeMails(tx, person);
      await eraseFromFiles(tx, person.words);
      await eraseFromMails(tx, person);
      await eraseFromWebhooks(tx, person.words);
      await forgetAnswers(tx);
      await tx.ticketParticipant.deleteMany({ where: { userId: user.id } });
      const email = nobodysAddress(user.id);
      const nobody = { name: 'Former user', email, emailKey: email, passwordHash: null, organizationId: null };
      const now = new Date();
      const traces = { formerNames: [], addresses: [], locale: null, timeZone: null };
      const data = { ...nobody, ...present, ...traces, anonymizedAt: now, updatedAt: now };
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
}
