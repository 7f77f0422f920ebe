import type { KeyObject } from 'node:crypto';
import { TokenInvalid } from '@helpdeskly/errors';
import { errors, jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Registry } from 'prom-client';
import { AccessTokenMetrics } from './access-token-metrics.js';

/** The source of signing keys; for an unknown `kid` it returns undefined instead of throwing. */
export interface SigningKeySource {
  current(): Promise<{ kid: string; privateKey: KeyObject }>;
  find(kid: string): Promise<KeyObject | undefined>;
}

/** `sub` is the account, `aud` the tenant's id (or the control API), `sid` the session. */
export interface AccessClaims {
  readonly sub: string;
  readonly aud: string;
  readonly role: string;
  readonly sid: string;
}

interface Verified extends AccessClaims {
  readonly exp: number;
}

const issuer = 'helpdeskly';

/** Access tokens: RS256 JWTs, valid for 15 minutes. It caches verified tokens, since RSA costs more than the rest of a read. */
export class AccessTokens {
  /** Seconds. */
  readonly expiresIn = 900;
  private readonly verified = new LRUCache<string, Verified>({ max: 20_000 });
  private readonly metrics = new AccessTokenMetrics();

  constructor(private readonly keys: SigningKeySource) {}

  async issue(claims: AccessClaims): Promise<string> {
    const { kid, privateKey } = await this.keys.current();
    return new SignJWT({ role: claims.role, sid: claims.sid })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
      .setIssuer(issuer)
      .setAudience(claims.aud)
      .setSubject(claims.sub)
      .setIssuedAt()
      .setExpirationTime(`${this.expiresIn}s`)
      .sign(privateKey);
  }

  /** The claims of a cached token, without waiting; undefined if it must be verified. Throws TokenInvalid for another audience. */
  peek(token: string, audience: string): AccessClaims | undefined {
    const known = this.verified.get(token);
    if (known === undefined || known.exp * 1000 <= Date.now()) return undefined;
    if (known.aud !== audience) throw new TokenInvalid();
    this.metrics.hits++;
    return known;
  }

  /** Throws TokenInvalid unless we signed the token, for this audience, and it is not expired. */
  async verify(token: string, audience: string): Promise<AccessClaims> {
    const known = this.peek(token, audience);
    if (known !== undefined) return known;
    this.metrics.misses++;
    try {
      const { payload } = await jwtVerify(token, (header) => this.keyOf(header.kid), {
        algorithms: ['RS256'],
        issuer,
        audience,
      });
      const { sub, role, sid, exp } = payload as { sub?: unknown; role?: unknown; sid?: unknown; exp?: unknown };
      if (typeof sub !== 'string' || typeof role !== 'string' || typeof sid !== 'string' || typeof exp !== 'number')
        throw new TokenInvalid();
      const claims = Object.freeze({ sub, aud: audience, role, sid, exp });
      this.verified.set(token, claims);
      return claims;
    } catch (error) {
      if (error instanceof errors.JOSEError) throw new TokenInvalid();
      throw error;
    }
  }

  /** Clears the cache after a change of keys. */
  forget(): void {
    this.verified.clear();
  }

  register(registry: Registry): void {
    this.metrics.register(registry, () => this.verified.size);
  }

  private async keyOf(kid: string | undefined): Promise<KeyObject> {
    const key = kid === undefined ? undefined : await this.keys.find(kid);
    if (key === undefined) throw new TokenInvalid();
    return key;
  }
}
