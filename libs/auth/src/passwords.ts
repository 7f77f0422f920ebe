import { hash, verify } from '@node-rs/argon2';

// OWASP's recommendation for argon2id: 19 MiB, two passes, one lane (cheatsheetseries.owasp.org, Password Storage).
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** argon2id, off the event loop. */
export class Passwords {
  private readonly stranger = hash('nobody has this password', parameters);

  hash(password: string): Promise<string> {
    return hash(password, parameters);
  }

  /** Whether the password belongs to the hash. Without a hash (no such account, no password yet) it takes as long and says no. */
  async verify(stored: string | null | undefined, password: string): Promise<boolean> {
    const matches = await verify(stored ?? (await this.stranger), password);
    return matches && stored !== null && stored !== undefined;
  }
}
