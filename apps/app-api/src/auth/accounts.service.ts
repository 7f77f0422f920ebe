import { InvalidCredentials, Passwords, SessionStore } from '@helpdeskly/auth';
import { type Actor, LoginThrottle } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { SessionStates } from '../edge/session-states.js';
import { userView } from '../users/user-view.js';
import type { UserDto } from '../users/users.dto.js';

/** What users do with their own account. */
@Injectable()
export class Accounts {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly store: SessionStore,
    private readonly passwords: Passwords,
    private readonly throttle: LoginThrottle,
    private readonly states: SessionStates,
  ) {}

  async me(actor: Actor): Promise<UserDto> {
    return userView(await this.db.client.user.findUniqueOrThrow({ where: { id: actor.id } }));
  }

  /** Ends all other sessions. Throws InvalidCredentials, RateLimited. */
  async changePassword(actor: Actor, current: string, next: string, address: string): Promise<void> {
    const tenantId = this.context.current.tenant.id;
    const account = `${tenantId}/${actor.id}`;
    await this.throttle.attempt(address, account);
    const user = await this.db.client.user.findUniqueOrThrow({ where: { id: actor.id } });
    if (!(await this.passwords.verify(user.passwordHash, current))) throw new InvalidCredentials('The current password is wrong.');
    await this.throttle.succeeded(address, account);
    const passwordHash = await this.passwords.hash(next);
    await this.db.transaction(async (tx) => {
      await tx.user.update({ where: { id: actor.id }, data: { passwordHash } });
      await this.store.revokeAll(tx, actor.id, actor.sessionId);
    });
    this.states.forget(tenantId);
  }
}
