import { TokenInvalid } from '@helpdeskly/errors';
import { RefreshTokenReused } from './errors.js';
import { createOneTimeToken, hashToken } from './one-time-token.js';

/** What a Prisma client and its transaction both offer, of either schema. */
export interface SqlRunner {
  $queryRawUnsafe<T>(sql: string, ...values: unknown[]): Promise<T>;
  $executeRawUnsafe(sql: string, ...values: unknown[]): Promise<number>;
}

/** `refreshExpiresIn` in seconds. */
export interface OpenedSession {
  readonly sessionId: string;
  readonly accountId: string;
  readonly refreshToken: string;
  readonly refreshExpiresIn: number;
}

const tables = {
  tenant: { session: '"Session"', token: '"RefreshToken"', account: '"userId"' },
  control: { session: '"OperatorSession"', token: '"OperatorRefreshToken"', account: '"operatorId"' },
} as const;

const live = `"revokedAt" IS NULL AND "expiresAt" > now() AND "lastUsedAt" > now() - interval '24 hours'`;
const lifetime = 30 * 24 * 3600;

/**
 * Sessions and their refresh tokens: 30 days at most, ended by 24 hours without use. A refresh token works once; shown
 * again it ends its session, since it or its successor was stolen. One class for users and operators, whose tables differ
 * by name alone.
 */
export class SessionStore {
  private readonly names;

  constructor(schema: keyof typeof tables) {
    this.names = tables[schema];
  }

  async open(sql: SqlRunner, accountId: string): Promise<OpenedSession> {
    const { session, account } = this.names;
    const rows = await sql.$queryRawUnsafe<{ id: string }[]>(
      `INSERT INTO ${session} (${account}, "expiresAt") VALUES ($1::uuid, now() + $2 * interval '1 second') RETURNING "id"::text AS "id"`,
      accountId,
      lifetime,
    );
    const sessionId = rows[0]?.id;
    if (sessionId === undefined) throw new Error('a session was not stored');
    return { sessionId, accountId, refreshToken: await this.addToken(sql, sessionId), refreshExpiresIn: lifetime };
  }

  /**
   * Exchanges a refresh token for the next one. Must run in a transaction of its own that commits even when this throws
   * RefreshTokenReused: so it answers `reused` instead, once the session has been ended.
   */
  async rotate(sql: SqlRunner, refreshToken: string): Promise<OpenedSession | 'reused' | 'invalid'> {
    const { session, token, account } = this.names;
    const hash = hashToken(refreshToken);
    const used = await sql.$queryRawUnsafe<{ sessionId: string }[]>(
      `UPDATE ${token} SET "usedAt" = now() WHERE "tokenHash" = $1 AND "usedAt" IS NULL RETURNING "sessionId"::text AS "sessionId"`,
      hash,
    );
    const sessionId = used[0]?.sessionId;
    if (sessionId === undefined) return (await this.endReplayed(sql, hash)) ? 'reused' : 'invalid';
    const rows = await sql.$queryRawUnsafe<{ accountId: string; left: number }[]>(
      `UPDATE ${session} SET "lastUsedAt" = now() WHERE "id" = $1::uuid AND ${live}
       RETURNING ${account}::text AS "accountId", floor(extract(epoch FROM "expiresAt" - now()))::int AS "left"`,
      sessionId,
    );
    const [row] = rows;
    if (row === undefined) return 'invalid';
    return { sessionId, accountId: row.accountId, refreshToken: await this.addToken(sql, sessionId), refreshExpiresIn: row.left };
  }

  /** What `rotate` answered as the error that a client is told. */
  static refused(outcome: 'reused' | 'invalid'): RefreshTokenReused | TokenInvalid {
    return outcome === 'reused' ? new RefreshTokenReused() : new TokenInvalid('The refresh token is unknown or its session has ended.');
  }

  async revoke(sql: SqlRunner, sessionId: string): Promise<void> {
    await sql.$executeRawUnsafe(`UPDATE ${this.names.session} SET "revokedAt" = now() WHERE "id" = $1::uuid AND "revokedAt" IS NULL`, sessionId);
  }

  /** Ends every session of an account, but the one given. */
  async revokeAll(sql: SqlRunner, accountId: string, keep?: string): Promise<void> {
    await sql.$executeRawUnsafe(
      `UPDATE ${this.names.session} SET "revokedAt" = now()
        WHERE ${this.names.account} = $1::uuid AND "revokedAt" IS NULL AND "id" IS DISTINCT FROM $2::uuid`,
      accountId,
      keep ?? null,
    );
  }

  /** The condition under which a session of the alias `s` still stands, for queries that join it with its account. */
  static readonly liveCondition = live.replaceAll('"revokedAt"', 's."revokedAt"').replaceAll('"expiresAt"', 's."expiresAt"').replaceAll('"lastUsedAt"', 's."lastUsedAt"');

  private async addToken(sql: SqlRunner, sessionId: string): Promise<string> {
    const { token, hash } = createOneTimeToken('hdr');
    await sql.$executeRawUnsafe(`INSERT INTO ${this.names.token} ("tokenHash", "sessionId") VALUES ($1, $2::uuid)`, hash, sessionId);
    return token;
  }

  private async endReplayed(sql: SqlRunner, hash: Uint8Array): Promise<boolean> {
    const rows = await sql.$queryRawUnsafe<{ sessionId: string }[]>(`SELECT "sessionId"::text AS "sessionId" FROM ${this.names.token} WHERE "tokenHash" = $1`, hash);
    const sessionId = rows[0]?.sessionId;
    if (sessionId === undefined) return false;
    await this.revoke(sql, sessionId);
    return true;
  }
}
