import { AccessTokens, type OpenedSession } from '@helpdeskly/auth';
import { TenantContext } from '@helpdeskly/tenancy';
import type { User } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { userView } from '../user-core/user-view.js';
import type { SignedInDto } from './auth.dto.js';

/** The tokens of a session, as somebody who signed in gets them. */
@Injectable()
export class SessionTokens {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly context: TenantContext,
  ) {}

  async issue({ sessionId: sid, refreshToken, refreshExpiresIn }: OpenedSession, user: User): Promise<SignedInDto> {
    const aud = this.context.current.tenant.id;
    const accessToken = await this.tokens.issue({ sub: user.id, aud, role: user.role, sid });
    const { expiresIn } = this.tokens;
    return { tokenType: 'Bearer', accessToken, expiresIn, refreshToken, refreshExpiresIn, user: userView(user) };
  }
}
