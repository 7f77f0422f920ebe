import { TokenInvalid } from '@helpdeskly/errors';
import type { Actor, ClientFacts, MfaChallengeDto } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { userView } from '../user-core/user-view.js';
import type { UserDto } from '../user-core/user.dto.js';
import type { SignedInDto } from './auth.dto.js';
import { Credentials } from './credentials.service.js';
import { Sessions } from './sessions.service.js';
import { SignIns } from './sign-ins.service.js';

/** How users get into their own account, and out of it. */
@Injectable()
export class Accounts {
  constructor(
    private readonly db: TenantDatabase,
    private readonly credentials: Credentials,
    private readonly sessions: Sessions,
    private readonly signIns: SignIns,
  ) {}

  /** Throws InvalidCredentials, RateLimited, LoginBusy. */
  async login(email: string, password: string, client: ClientFacts): Promise<SignedInDto | MfaChallengeDto> {
    return this.signIns.afterPassword(await this.credentials.prove(email, password, client.address), client);
  }

  async logout({ id, sessionId }: Actor): Promise<void> {
    if (sessionId !== undefined) await this.sessions.end(sessionId, id);
  }

  /** Throws TokenInvalid. */
  async me({ id }: Actor): Promise<UserDto> {
    const user = await this.db.client.user.findUnique({ where: { id } });
    if (user === null) throw new TokenInvalid();
    return userView(user);
  }
}
