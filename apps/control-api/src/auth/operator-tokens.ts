import { AccessTokens, SessionStore } from '@helpdeskly/auth';
import { ControlDatabase, type OperatorRole } from '@helpdeskly/catalog';
import { TokenInvalid } from '@helpdeskly/errors';
import { Injectable } from '@nestjs/common';

/** The audience of operators' access tokens: a tenant's token names a tenant, and is invalid here. */
const operatorAudience = 'helpdeskly-control-api';

export interface SignedInOperator {
  readonly id: string;
  readonly name: string;
  readonly role: OperatorRole;
  readonly sessionId: string;
  /** An authenticator app is set up. */
  readonly hasMfa: boolean;
}

/** Identifies the caller by an access token: it checks the signature, then the current state of session and operator. */
@Injectable()
export class OperatorTokens {
  constructor(
    private readonly control: ControlDatabase,
    private readonly tokens: AccessTokens,
  ) {}

  get expiresIn(): number {
    return this.tokens.expiresIn;
  }

  issue(operator: { readonly id: string; readonly role: string }, sessionId: string): Promise<string> {
    return this.tokens.issue({ sub: operator.id, aud: operatorAudience, role: operator.role, sid: sessionId });
  }

  /** Throws TokenInvalid. */
  async verify(token: string): Promise<SignedInOperator> {
    const { sub, sid } = await this.tokens.verify(token, operatorAudience);
    const operator = await this.signedIn(sub, sid);
    if (operator === undefined) throw new TokenInvalid();
    return operator;
  }

  /** An operator by a session of theirs that lives. */
  async signedIn(operatorId: string, sessionId: string): Promise<SignedInOperator | undefined> {
    const [operator] = await this.control.client.$queryRawUnsafe<SignedInOperator[]>(
      `SELECT o."id"::text AS "id", o."name", o."role"::text AS "role", s."id"::text AS "sessionId",
              EXISTS (SELECT FROM "OperatorTotp" t WHERE t."operatorId" = o."id" AND t."confirmedAt" IS NOT NULL) AS "hasMfa"
         FROM "OperatorSession" s
         JOIN "Operator" o ON o."id" = s."operatorId"
        WHERE s."id" = $1::uuid AND o."id" = $2::uuid AND o."status" = 'ACTIVE' AND ${SessionStore.liveCondition}`,
      sessionId,
      operatorId,
    );
    return operator;
  }
}
