import { Forbidden, NotFound } from '@helpdeskly/errors';
import { isUuid, type Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma, User } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../audit/audit-trail.js';
import { AuditType } from '../audit/audit-types.js';
import { NewPasswords } from '../auth/new-passwords.js';
import { AccountMail } from '../mail-core/account-mail.js';
import { issueInvitation, withdrawInvitations, type IssuedInvitation } from '../user-core/invitation-rows.js';
import { writtenLocale } from '../user-core/locales.js';
import { lockUser } from '../user-core/user-rows.js';
import { userView } from '../user-core/user-view.js';
import type { UserDto } from '../user-core/user.dto.js';
import { orEmailTaken } from './user-addresses.js';
import { assertInvitable, assertKeyBrings } from './user-changes.js';
import { assertOrganization } from './user-organization.js';
import type { CreateUserDto, InvitationDto } from './users.dto.js';

const lifetimeMs = 7 * 24 * 3_600_000;

/** Making users, and inviting them to set a password. */
@Injectable()
export class NewUsers {
  constructor(
    private readonly db: TenantDatabase,
    private readonly passwords: NewPasswords,
    private readonly audit: AuditTrail,
    private readonly mail: AccountMail,
  ) {}

  /**
   * Throws Forbidden when an agent or a key makes anything but a customer, ValidationFailed for a password that is easily guessed,
   * InvalidReference, EmailTaken.
   */
  async create(actor: Actor, { password, ...input }: CreateUserDto): Promise<UserDto> {
    const { email, name, role, organizationId = null, timeZone = null } = input;
    if (actor.role === 'AGENT' && role !== 'CUSTOMER') {
      throw new Forbidden('Agents can create customers; only admins can create agents and admins.');
    }
    assertKeyBrings(actor, role);
    const passwordHash = password === undefined ? null : await this.passwords.hash(password, { email, name });
    const status = passwordHash === null ? 'INVITED' : 'ACTIVE';
    const locale = writtenLocale(input.locale) ?? null;
    const account = { email, emailKey: email.toLowerCase(), name, role, status, passwordHash } as const;
    const data = { ...account, organizationId, locale, timeZone };
    return this.db.transaction(async (tx) => {
      await assertOrganization(tx, data);
      const user = await orEmailTaken(tx, actor, data.emailKey, undefined, () => tx.user.create({ data }));
      const deed = { type: AuditType.USER_CREATED, actorId: actor.id, subjectId: user.id, details: { role, status } };
      await this.audit.record(tx, deed);
      // Nobody is answered this token: without a mail it would be of use to nobody.
      if (status === 'INVITED' && this.mail.leaves) await this.issue(tx, user);
      return userView(user);
    });
  }

  /** Throws NotFound, Forbidden when an agent or a key invites anybody but a customer, UserMerged, InvalidTransition for a disabled user. */
  async invite(actor: Actor, id: string): Promise<InvitationDto> {
    if (!isUuid(id)) throw new NotFound('user');
    return this.db.transaction(async (tx) => {
      const user = await lockUser(tx, id);
      if (actor.role === 'AGENT' && user.role !== 'CUSTOMER') {
        throw new Forbidden('Agents can invite customers; only admins can invite agents and admins.');
      }
      assertKeyBrings(actor, user.role);
      assertInvitable(user);
      await this.audit.record(tx, { type: AuditType.USER_INVITED, actorId: actor.id, subjectId: user.id });
      await withdrawInvitations(tx, user.id);
      const { token, expiresAt } = await this.issue(tx, user);
      return { token, expiresAt: expiresAt.toISOString() };
    });
  }

  private async issue(tx: Prisma.TransactionClient, user: User): Promise<IssuedInvitation> {
    const issued = await issueInvitation(tx, user.id, lifetimeMs);
    await this.mail.invite(tx, user, issued.token);
    return issued;
  }
}
