import { Secrets } from '@helpdeskly/catalog';
import { MfaPolicy } from '../auth/mfa-policy.js';
import { OperatorTokens, type SignedInOperator } from '../auth/operator-tokens.js';

const owner = 'queue board';
const lifetimeMs = 300_000;

interface BoardSession {
  readonly operatorId: string;
  readonly sessionId: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/**
 * What lets an operator with a second factor see the board for five minutes: a value for a cookie, encrypted, that names a
 * session of the API. It is worth nothing once that session has ended.
 */
export class BoardSessions {
  static readonly seconds = lifetimeMs / 1000;

  constructor(
    private readonly secrets: Secrets,
    private readonly tokens: OperatorTokens,
    private readonly policy: MfaPolicy,
  ) {}

  open(operatorId: string, sessionId: string): string {
    const session: BoardSession = { operatorId, sessionId, until: Date.now() + lifetimeMs };
    return this.secrets.seal(JSON.stringify(session), owner);
  }

  async find(value: string): Promise<SignedInOperator | undefined> {
    const session = this.read(value);
    if (session === undefined || session.until <= Date.now()) return undefined;
    const operator = await this.tokens.signedIn(session.operatorId, session.sessionId);
    return operator === undefined || this.policy.mustSetUp(operator) ? undefined : operator;
  }

  /** Undefined for a value that is not ours. */
  private read(value: string): BoardSession | undefined {
    try {
      return JSON.parse(this.secrets.open(value, owner)) as BoardSession;
    } catch {
      return undefined;
    }
  }
}
