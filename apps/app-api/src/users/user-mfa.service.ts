import { Forbidden, NotFound } from '@helpdeskly/errors';
import { isUuid, type Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { MfaRemoval } from '../auth/mfa-removal.service.js';
import { lockUser } from '../user-core/user-rows.js';

/** The second factor of users who lost it. */
@Injectable()
export class UserMfa {
  constructor(
    private readonly db: TenantDatabase,
    private readonly removal: MfaRemoval,
  ) {}

  /** Turns it off and ends the user's sessions. Throws Forbidden for oneself, NotFound for an unknown user, and for one that has none. */
  async reset(actor: Actor, id: string): Promise<void> {
    if (id === actor.id)
      throw new Forbidden('Turn your own second factor off by DELETE /auth/mfa/totp, with your password.');
    if (!isUuid(id)) throw new NotFound('user');
    await this.db.transaction(async (tx) => {
      const user = await lockUser(tx, id);
      if (!(await this.removal.reset(tx, user.id, actor.id))) throw new NotFound('second factor');
    });
  }
}
