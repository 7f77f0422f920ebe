import { ValidationFailed } from '@helpdeskly/errors';
import { hash, verify } from '@node-rs/argon2';
import type { Registry } from 'prom-client';
import { passwordFault, type PasswordOwner } from './guessable-passwords.js';
import { HashingPool } from './hashing-pool.js';

// OWASP's recommendation for argon2id: 19 MiB, two passes, one lane (cheatsheetseries.owasp.org, Password Storage).
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/**
 * argon2id, off the event loop, a few at a time. A password is its text in NFC (RFC 8265): keyboards and platforms write the same
 * letters composed or decomposed.
 */
export class Passwords {
  private readonly pool = new HashingPool();
  private readonly stranger = hash('nobody has this password', parameters);

  /** See HashingPool.register. */
  register(registry: Registry): void {
    this.pool.register(registry);
  }

  /** Of a password that `assertHardToGuess` let pass, or that nobody chose. Throws LoginBusy. */
  hash(password: string): Promise<string> {
    return this.pool.run('NEW', () => hash(password.normalize('NFC'), parameters));
  }

  /**
   * Whether the password belongs to the hash, which may be from when texts were hashed as they came. Without a hash (no such account, no
   * password yet) it takes as long and says no. Throws LoginBusy.
   */
  async verify(stored: string | null | undefined, password: string): Promise<boolean> {
    const known = stored ?? (await this.stranger);
    for (const spelling of new Set([password.normalize('NFC'), password])) {
      const matches = await this.pool.run('GUESS', () => verify(known, spelling));
      if (matches) return stored !== null && stored !== undefined;
    }
    return false;
  }
}

/**
 * Throws ValidationFailed, on the dotted path `field`, for a password that whoever guesses would try first: one of the
 * commonest, the account's own names, or a run of keys.
 */
export function assertHardToGuess(password: string, owner: PasswordOwner, field = 'password'): void {
  const fault = passwordFault(password, owner);
  if (fault === undefined) return;
  const [code, message] = fault;
  throw new ValidationFailed([{ field, code, message }]);
}
