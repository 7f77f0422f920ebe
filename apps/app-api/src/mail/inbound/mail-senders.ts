import { isUniqueViolation } from '@helpdeskly/database';
import { TenantDatabase, type TenantPrisma } from '@helpdeskly/tenancy';
import type { UserRole, UserStatus } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/audit-trail.js';
import { AuditType } from '../../audit/audit-types.js';
import type { MailAddress } from './mail-headers.js';

/** Somebody whose address a mail names. */
export interface Correspondent {
  readonly id: string;
  readonly role: UserRole;
  readonly status: UserStatus;
}

/** In code points. */
const longestName = 200;
const known = { select: { id: true, role: true, status: true } } as const;

/** The users to whom mail addresses belong. */
@Injectable()
export class MailSenders {
  constructor(
    private readonly db: TenantDatabase,
    private readonly audit: AuditTrail,
  ) {}

  /** By a present or a former address; one of an account that was merged is the other account's. */
  async find(address: string, db: TenantPrisma = this.db.client): Promise<Correspondent | undefined> {
    const addressKey = address.toLowerCase();
    const found = await db.userAddress.findUnique({ where: { addressKey }, select: { user: known } });
    return found?.user;
  }

  /** The user with an address: an invited customer if there was none. */
  async findOrInvite(named: MailAddress): Promise<Correspondent> {
    return (await this.find(named.address)) ?? this.invite(named);
  }

  /** Invites a customer who reads mails in `locale`, unless somebody with this address was made meanwhile. */
  async invite({ address, name }: MailAddress, locale: string | null = null): Promise<Correspondent> {
    const called = [...name.trim()].slice(0, longestName).join('');
    const email = { email: address, emailKey: address.toLowerCase() };
    const data = {
      ...email,
      name: called || (address.split('@')[0] ?? address),
      role: 'CUSTOMER',
      status: 'INVITED',
      locale,
    } as const;
    try {
      return await this.db.transaction(async (tx) => {
        const user = await tx.user.create({ data, ...known });
        const details = { role: data.role, status: data.status };
        await this.audit.record(tx, { type: AuditType.USER_CREATED, subjectId: user.id, details });
        return user;
      });
    } catch (error) {
      const other = isUniqueViolation(error) ? await this.find(address) : undefined; // Made at the same time.
      if (other === undefined) throw error;
      return other;
    }
  }
}
