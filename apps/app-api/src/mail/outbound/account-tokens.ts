import { hashToken } from '@helpdeskly/auth';
import type { Secrets } from '@helpdeskly/catalog';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma, User } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/audit-trail.js';
import { AuditType } from '../../audit/audit-types.js';
import { DataCiphers } from '../../edge/data-ciphers.js';
import { issueInvitation, usableInvitation, type IssuedInvitation } from '../../user-core/invitation-rows.js';
import { lockUser } from '../../user-core/user-rows.js';
import type { DueMail } from './due-mails.queries.js';

/** Of a link that anybody may ask for. */
const resetLifetimeMs = 3_600_000;

/** Who may set a password by a mail, and by which token. */
export interface AccountToken extends IssuedInvitation {
  readonly user: User;
}

/** The tokens in mails that let somebody set a password. */
@Injectable()
export class AccountTokens {
  constructor(
    private readonly db: TenantDatabase,
    private readonly ciphers: DataCiphers,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * The same for each attempt. Undefined when the mail is not to leave: nobody who may sign in has its address, or the token was used,
   * withdrawn or has expired since. Throws CatalogUnavailable, ServiceUnavailable.
   */
  async find(mail: DueMail): Promise<AccountToken | undefined> {
    const cipher = await this.ciphers.current();
    return this.db.transaction(async (tx) => {
      const user = await recipient(tx, mail);
      if (user === undefined) return undefined;
      const { sealedSecret } = await tx.mailDelivery.findUniqueOrThrow({ where: { id: mail.id } });
      if (sealedSecret !== null) return stillGood(tx, user, cipher.open(sealedSecret, user.id));
      if (mail.kind !== 'PASSWORD_RESET') return undefined;
      return { user, ...(await this.issue(tx, mail, user, cipher)) };
    });
  }

  /** What else was issued stays good: strangers, who may ask for this, withdraw nothing. */
  private async issue(
    tx: Prisma.TransactionClient,
    { id }: DueMail,
    user: User,
    cipher: Secrets,
  ): Promise<IssuedInvitation> {
    const issued = await issueInvitation(tx, user.id, resetLifetimeMs);
    const sealedSecret = cipher.seal(issued.token, user.id);
    await tx.mailDelivery.update({ where: { id }, data: { userId: user.id, sealedSecret }, select: { id: true } });
    await this.audit.record(tx, { type: AuditType.PASSWORD_RESET_REQUESTED, subjectId: user.id });
    return issued;
  }
}

/** The user whose present address the mail is to, locked; nobody who is disabled, and no service user. */
async function recipient(tx: Prisma.TransactionClient, { address, userId }: DueMail): Promise<User | undefined> {
  const emailKey = address.toLowerCase();
  const mine = userId === null ? {} : { id: userId };
  const found = await tx.user.findFirst({ where: { emailKey, service: false, ...mine }, select: { id: true } });
  if (found === null) return undefined;
  const user = await lockUser(tx, found.id);
  return user.emailKey === emailKey && user.status !== 'DISABLED' ? user : undefined;
}

async function stillGood(tx: Prisma.TransactionClient, user: User, token: string): Promise<AccountToken | undefined> {
  const invitation = await tx.invitation.findFirst({ where: usableInvitation(hashToken(token)) });
  return invitation === null ? undefined : { user, token, expiresAt: invitation.expiresAt };
}
