import { ValidationFailed } from '@helpdeskly/errors';
import { hash, verify } from '@node-rs/argon2';
import type { Registry } from 'prom-client';
import { passwordFault, type PasswordOwner } from './guessable-passwords.js';
import { HashingPool } from './hashing-pool.js';

// OWASP's recommendation for argon2id: 19 MiB, two passes, one lane (cheatsheetseries.owasp.org, Password Storage).
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/**
 * argon2id, off the event loop, a few at a time. It hashes the password's NFC form (RFC 8265), since keyboards and platforms write the
 * same letters composed or decomposed.
 */
export class Passwords {
  private readonly pool = new HashingPool();
  private readonly stranger = hash('nobody has this password', parameters);

  /** See HashingPool.register. */
  register(registry: Registry): void {
    this.pool.register(registry);
  }

  /** For a password that `assertHardToGuess` accepted, or that no person chose. Throws LoginBusy. */
  hash(password: string): Promise<string> {
    return this.pool.run('NEW', () => hash(password.normalize('NFC'), parameters));
  }

  /**
   * Whether the password matches the hash. Older hashes may be of text that was not in NFC. Without a hash (no such account, no
   * password yet) it takes as long and returns false. Throws LoginBusy.
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
 * Throws ValidationFailed, with the dotted path `field`, for a password that attackers try first: one of the
 * commonest, the account's own names, or a sequence of keys.
 */
export function assertHardToGuess(password: string, owner: PasswordOwner, field = 'password'): void {
  const fault = passwordFault(password, owner);
  if (fault === undefined) return;
  const [code, message] = fault;
  throw new ValidationFailed([{ field, code, message }]);
}
