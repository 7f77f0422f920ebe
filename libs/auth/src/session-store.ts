import { TokenInvalid } from '@helpdeskly/errors';
import { RefreshTokenReused } from './errors.js';
import { createOneTimeToken, hashToken } from './one-time-token.js';

/** The common part of a Prisma client and its transaction, of either schema. */
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

/** Where a session was opened, and with which program; null if unknown. */
export interface SessionOrigin {
  readonly address: string;
  readonly userAgent: string | null;
  /** A browser keeps its refresh token in a cookie, which its tabs share. */
  readonly inCookie: boolean;
}

/** A session as its owner sees it. */
export interface ListedSession {
  readonly id: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly address: string | null;
  readonly userAgent: string | null;
}

/** A refresh token that was used again; `ended` if that ended its session, which was not ended before. */
export interface Replay {
  readonly replayed: true;
  readonly sessionId: string;
  readonly accountId: string;
  readonly ended: boolean;
}

/** The outcome of an unusable refresh token. */
export type RefusedRefresh = Replay | 'invalid';

interface UsedToken {
  readonly sessionId: string;
  readonly accountId: string;
  /** Seconds until the session expires at the latest. */
  readonly left: number;
}

const tables = {
  tenant: { session: '"Session"', token: '"RefreshToken"', challenge: '"MfaChallenge"', account: '"userId"' },
  control: {
    session: '"OperatorSession"',
    token: '"OperatorRefreshToken"',
    challenge: '"OperatorMfaChallenge"',
    account: '"operatorId"',
  },
} as const;

const lifetime = 30 * 24 * 3600;
const live = `s."revokedAt" IS NULL AND s."expiresAt" > now() AND s."lastUsedAt" > now() - interval '24 hours'`;

/** For one day after a session's end, a replay of its tokens is still distinguished from an unknown token. */
const longDead = `s."expiresAt" <= now() OR s."revokedAt" <= now() - interval '1 day' OR s."lastUsedAt" <= now() - interval '2 days'`;

/**
 * Sessions and their refresh tokens: 30 days at most, ended by 24 hours without use. A refresh token works once; a second
 * use ends its session, since somebody stole the token or its successor. One class serves users and operators, whose tables differ
 * only in name.
 */
export class SessionStore {
  private readonly names;

  constructor(schema: keyof typeof tables) {
    this.names = tables[schema];
  }

  /** The condition under which the session with alias `s` is valid, for queries that join it with its account. */
  static readonly liveCondition = live;

  /** Deletes the sessions of all accounts that ended long ago. */
  async forgetLongDead(sql: SqlRunner): Promise<void> {
    await sql.$executeRawUnsafe(`DELETE FROM ${this.names.session} s WHERE ${longDead}`);
  }

  /** Opens a session, and deletes those of the account that ended long ago. */
  async open(sql: SqlRunner, accountId: string, origin: SessionOrigin): Promise<OpenedSession> {
    const { session, account } = this.names;
    await sql.$executeRawUnsafe(
      `DELETE FROM ${session} WHERE "id" IN (SELECT s."id" FROM ${session} s WHERE s.${account} = $1::uuid AND (${longDead}) FOR UPDATE SKIP LOCKED)`,
      accountId,
    );
    const rows = await sql.$queryRawUnsafe<{ id: string }[]>(
      `INSERT INTO ${session} (${account}, "expiresAt", "address", "userAgent", "inCookie")
       VALUES ($1::uuid, now() + $2 * interval '1 second', $3, $4, $5) RETURNING "id"::text AS "id"`,
      accountId,
      lifetime,
      origin.address,
      origin.userAgent,
      origin.inCookie,
    );
    const sessionId = rows[0]?.id;
    if (sessionId === undefined) throw new Error('a session was not stored');
    return { sessionId, accountId, refreshToken: await this.addToken(sql, sessionId), refreshExpiresIn: lifetime };
  }

  /**
   * Exchanges a refresh token for the next one. `byCookie`: it came in a cookie. If its session keeps it there, tabs share it, so
   * one that was first used less than 10 seconds ago gives another successor. The transaction must commit even if the token is refused, since a
   * replay has ended its session by then. It therefore returns an outcome, which `refused` turns into an error.
   */
  async rotate(sql: SqlRunner, refreshToken: string, byCookie = false): Promise<OpenedSession | RefusedRefresh> {
    const hash = hashToken(refreshToken);
    const used = (await this.use(sql, hash)) ?? (byCookie ? await this.useAgain(sql, hash) : undefined);
    if (used === undefined) return this.endReplayed(sql, hash);
    const { sessionId, accountId, left } = used;
    return { sessionId, accountId, refreshToken: await this.addToken(sql, sessionId), refreshExpiresIn: left };
  }

  private async use(sql: SqlRunner, hash: Uint8Array): Promise<UsedToken | undefined> {
    const { session, token } = this.names;
    const [used] = await sql.$queryRawUnsafe<UsedToken[]>(
      `WITH used AS (
         UPDATE ${token} t SET "usedAt" = now() FROM ${session} s
          WHERE t."tokenHash" = $1 AND t."usedAt" IS NULL AND s."id" = t."sessionId" AND ${live}
         RETURNING t."sessionId"
       )
       UPDATE ${session} s SET "lastUsedAt" = now() FROM used WHERE s."id" = used."sessionId" AND ${live}
       RETURNING ${this.usedToken}`,
      hash,
    );
    return used;
  }

  /** For a request that the browser sent before it had the answer to another request with the same cookie. */
  private async useAgain(sql: SqlRunner, hash: Uint8Array): Promise<UsedToken | undefined> {
    const { session, token } = this.names;
    const [used] = await sql.$queryRawUnsafe<UsedToken[]>(
      `UPDATE ${session} s SET "lastUsedAt" = now() FROM ${token} t
        WHERE t."tokenHash" = $1 AND t."usedAt" > now() - interval '10 seconds' AND s."id" = t."sessionId" AND s."inCookie" AND ${live}
       RETURNING ${this.usedToken}`,
      hash,
    );
    return used;
  }

  private get usedToken(): string {
    return `s."id"::text AS "sessionId", s.${this.names.account}::text AS "accountId",
            floor(extract(epoch FROM s."expiresAt" - now()))::int AS "left"`;
  }

  /** The valid sessions of an account, newest first: at most `limit`, after the given one. */
  async list(sql: SqlRunner, accountId: string, limit: number, after?: string): Promise<ListedSession[]> {
    const { session, account } = this.names;
    return sql.$queryRawUnsafe<ListedSession[]>(
      `SELECT s."id"::text AS "id", s."createdAt", s."lastUsedAt", s."address", s."userAgent" FROM ${session} s
        WHERE s.${account} = $1::uuid AND ${live} AND ($2::uuid IS NULL OR s."id" < $2::uuid) ORDER BY s."id" DESC LIMIT $3`,
      accountId,
      after ?? null,
      limit,
    );
  }

  async count(sql: SqlRunner, accountId: string): Promise<number> {
    const { session, account } = this.names;
    const [row] = await sql.$queryRawUnsafe<{ count: number }[]>(
      `SELECT count(*)::int AS "count" FROM ${session} s WHERE s.${account} = $1::uuid AND ${live}`,
      accountId,
    );
    return row?.count ?? 0;
  }

  /** Ends a session of an account; false if the account has no such valid session. */
  async end(sql: SqlRunner, accountId: string, sessionId: string): Promise<boolean> {
    const { session, account } = this.names;
    const ended = await sql.$executeRawUnsafe(
      `UPDATE ${session} s SET "revokedAt" = now() WHERE s."id" = $1::uuid AND s.${account} = $2::uuid AND ${live}`,
      sessionId,
      accountId,
    );
    return ended > 0;
  }

  static isRefused(outcome: object | 'invalid'): outcome is RefusedRefresh {
    return outcome === 'invalid' || 'replayed' in outcome;
  }

  /** The client's error for an outcome of `rotate`. */
  static refused(outcome: RefusedRefresh): RefreshTokenReused | TokenInvalid {
    if (outcome !== 'invalid') return new RefreshTokenReused();
    return new TokenInvalid('The refresh token is unknown or its session has ended.');
  }

  /** Returns whether the session was valid until now. */
  async revoke(sql: SqlRunner, sessionId: string): Promise<boolean> {
    const { session } = this.names;
    const ended = await sql.$executeRawUnsafe(
      `UPDATE ${session} SET "revokedAt" = now() WHERE "id" = $1::uuid AND "revokedAt" IS NULL`,
      sessionId,
    );
    return ended > 0;
  }

  /** Ends every session of an account except `keep`, and sign-ins that still wait for their second factor. */
  async revokeAll(sql: SqlRunner, accountId: string, keep?: string): Promise<void> {
    const { session, challenge, account } = this.names;
    await sql.$executeRawUnsafe(`DELETE FROM ${challenge} WHERE ${account} = $1::uuid`, accountId);
    await sql.$executeRawUnsafe(
      `UPDATE ${session} SET "revokedAt" = now()
        WHERE ${account} = $1::uuid AND "revokedAt" IS NULL AND "id" IS DISTINCT FROM $2::uuid`,
      accountId,
      keep ?? null,
    );
  }

  private async addToken(sql: SqlRunner, sessionId: string): Promise<string> {
    const { token, hash } = createOneTimeToken('hdr');
    await sql.$executeRawUnsafe(
      `INSERT INTO ${this.names.token} ("tokenHash", "sessionId") VALUES ($1, $2::uuid)`,
      hash,
      sessionId,
    );
    return token;
  }

  private async endReplayed(sql: SqlRunner, hash: Uint8Array): Promise<RefusedRefresh> {
    const { session, token, account } = this.names;
    const [replayed] = await sql.$queryRawUnsafe<{ sessionId: string; accountId: string }[]>(
      `SELECT s."id"::text AS "sessionId", s.${account}::text AS "accountId"
         FROM ${token} t JOIN ${session} s ON s."id" = t."sessionId" WHERE t."tokenHash" = $1 AND t."usedAt" IS NOT NULL`,
      hash,
    );
    if (replayed === undefined) return 'invalid';
    return { replayed: true, ...replayed, ended: await this.revoke(sql, replayed.sessionId) };
  }
}
