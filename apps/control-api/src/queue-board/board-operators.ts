import { createHmac, randomBytes } from 'node:crypto';
import { InvalidCredentials } from '@helpdeskly/auth';
import { ControlDatabase, type Operator } from '@helpdeskly/catalog';
import { TokenInvalid } from '@helpdeskly/errors';
import type { Caller } from '../audit/origin.js';
import { MfaPolicy } from '../auth/mfa-policy.js';
import { OperatorGuesses } from '../auth/operator-guesses.js';
import { OperatorPasswords } from '../auth/operator-passwords.js';

interface Proven {
  readonly id: string;
  readonly passwordHash: string | null;
  readonly until: number;
}

const rememberedMs = 60_000;
const rememberedAtMost = 100;

/**
 * Authenticates operators by HTTP Basic (RFC 7617). Checking a password is slow by design, and a board asks every few seconds. So it
 * remembers a right password for a minute, as an HMAC under this process's own key; this counts while the operator is
 * ACTIVE and has that password.
 */
export class BoardOperators {
  private readonly key = randomBytes(32);
  private readonly proven = new Map<string, Proven>();

  constructor(
    private readonly control: ControlDatabase,
    private readonly passwords: OperatorPasswords,
    private readonly guesses: OperatorGuesses,
    private readonly policy: MfaPolicy,
  ) {}

  /** Throws TokenInvalid without credentials, InvalidCredentials, RateLimited, LoginBusy; Forbidden and MfaSetupRequired as MfaPolicy does. */
  async authenticate(caller: Caller, authorization: string | undefined): Promise<Operator> {
    const { email, password } = parseBasic(authorization);
    const print = createHmac('sha256', this.key)
      .update(JSON.stringify([email, password]))
      .digest('base64');
    const known = this.proven.get(print);
    if (known !== undefined && known.until > Date.now()) {
      const operator = await this.control.client.operator.findUnique({ where: { id: known.id } });
      if (operator?.status === 'ACTIVE' && operator.passwordHash === known.passwordHash) {
        await this.policy.assertPasswordSuffices(operator.id);
        return operator;
      }
    }
    this.proven.delete(print);
    const operator = await this.passwords.prove(caller, email, password);
    await this.policy.assertPasswordSuffices(operator.id);
    await this.guesses.remember(this.control.client, caller, operator);
    this.remember(print, operator);
    return operator;
  }

  private remember(print: string, { id, passwordHash }: Operator): void {
    const [oldest] = this.proven.keys();
    if (this.proven.size >= rememberedAtMost && oldest !== undefined) this.proven.delete(oldest);
    this.proven.set(print, { id, passwordHash, until: Date.now() + rememberedMs });
  }
}

function parseBasic(authorization: string | undefined): { email: string; password: string } {
  const [, encoded] = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization ?? '') ?? [];
  if (encoded === undefined) throw new TokenInvalid('Sign in with the email and password of an operator.');
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0 || text.length > 2048) throw new InvalidCredentials();
  return { email: text.slice(0, colon).trim(), password: text.slice(colon + 1) };
}
