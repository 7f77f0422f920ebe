import { messagesOf, sqlState } from '@helpdeskly/database';
import { TenantConnectionLimit, TenantDatabaseUnavailable } from './errors.js';

/** In milliseconds; longer than a database is closed for a switch. */
const patienceMs = 2500;

/**
 * How PgBouncer tells its clients that PostgreSQL does not let a role in. Its own errors are all 08P01, protocol_violation. "no such user"
 * is its answer if it asks the server for verifiers (auth_query) and gets none, as of a role that may not log in; a wrong password has another.
 */
const refusals = /server login has been failing|is not permitted to log in|no such user/;
/** What it tells those whose connections it closes because their database is being switched. */
const removal = /database removed/;
/** What it tells those who have waited too long for a connection: until a database that it paused was elsewhere, for instance. */
const waitedTooLong = /query_wait_timeout/;

/** Whether PostgreSQL did not let the role in: 28000, invalid_authorization_specification, is what NOLOGIN answers. Nothing was run. */
function isRefusedLogin(error: unknown): boolean {
  return sqlState(error) === '28000' || isOfPooler(error, refusals);
}

function isOfPooler(error: unknown, message: RegExp): boolean {
  return sqlState(error) === '08P01' && messagesOf(error).some((text) => message.test(text));
}

/**
 * Whether a session was ended before it could run its statement to the end, or a pooler found none: what it ran alone, or was to begin, did
 * not happen. 57P01, admin_shutdown, is what a session answers that was told to end; it comes before any answer that says done.
 */
export function wasEnded(error: unknown): boolean {
  return sqlState(error) === '57P01' || isRefusedLogin(error);
}

/** Whether a pooler has sent away whoever had a connection to it. If the database has moved since, nothing was run. */
export function isRemoval(error: unknown): boolean {
  return isOfPooler(error, removal);
}

/** The same, or whoever has waited too long. */
export function wasSentAway(error: unknown): boolean {
  return isRemoval(error) || isOfPooler(error, waitedTooLong);
}

/** How pg and Prisma call a connection that is gone. */
const goneMessages = /Connection terminated|is not queryable|ConnectionClosed|ECONNRESET|EPIPE/;

/** Whether a connection was gone when a transaction was to begin on it. */
export function wasLost(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return wasEnded(error) || state.startsWith('08');
  return messagesOf(error).some((text) => goneMessages.test(text));
}

/**
 * A login role that PostgreSQL does not let in, or whose new session it ended before its first use. Its database is being switched: nobody
 * may write there until the catalog says where, so whoever wants a connection waits a moment.
 */
export class ShutRole {
  private since: number | undefined;
  private cause: unknown;
  /** How often it was not let in. */
  refusals = 0;

  /** Whether the role may log in again in a moment: asked of an error by which a connection could not be opened. */
  isPassing(error: unknown): boolean {
    if (!wasEnded(error) && !isRemoval(error)) return false;
    this.refusals++;
    this.cause = error;
    this.since ??= Date.now();
    return Date.now() - this.since < patienceMs;
  }

  /** Throws why a request waited in vain: not for the limit's sake if it was the role that was not let in. */
  explain(error: unknown): never {
    const isShut = this.since !== undefined && error instanceof TenantConnectionLimit;
    throw isShut ? new TenantDatabaseUnavailable(this.cause) : error;
  }

  opened(): void {
    this.since = undefined;
    this.cause = undefined;
  }
}
