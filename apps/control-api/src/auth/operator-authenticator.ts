import { Authenticator, type Actor } from '@helpdeskly/http';
import { TokenInvalid } from '@helpdeskly/errors';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { apiKeyPrefix, ApiKeys } from '../api-keys/api-keys.service.js';
import { callerOf } from '../audit/origin.js';
import { MfaPolicy } from './mfa-policy.js';
import { OperatorTokens } from './operator-tokens.js';

/** Authenticates operators by their access tokens and programs by their API keys. */
@Injectable()
export class OperatorAuthenticator extends Authenticator {
  constructor(
    private readonly tokens: OperatorTokens,
    private readonly keys: ApiKeys,
    private readonly policy: MfaPolicy,
  ) {
    super();
  }

  async authenticate(request: FastifyRequest): Promise<Actor> {
    const [, credential] = /^Bearer +([\x21-\x7e]+) *$/i.exec(request.headers.authorization ?? '') ?? [];
    if (credential === undefined) throw new TokenInvalid();
    if (credential.startsWith(`${apiKeyPrefix}_`)) {
      const { id, name, role } = await this.keys.authenticate(callerOf(request), credential);
      return { kind: 'API_KEY', id, name, role };
    }
    const operator = await this.tokens.verify(credential);
    const { id, name, role, sessionId } = operator;
    return { kind: 'OPERATOR', id, name, role, sessionId, mustSetUpMfa: this.policy.mustSetUp(operator) };
  }
}
