import { sqlState } from '@helpdeskly/database';

/** In milliseconds; longer than a database is closed for a switch. */
const patienceMs = 2500;

/**
 * A login role that PostgreSQL does not let in. Its database is being switched: nobody may write there until the catalog says where, so
 * whoever wants a connection waits a moment.
 */
export class ShutRole {
  private since: number | undefined;

  /** Whether the role may log in again in a moment: 28000, invalid_authorization_specification, is what NOLOGIN answers. */
  isPassing(error: unknown): boolean {
    if (sqlState(error) !== '28000') return false;
    this.since ??= Date.now();
    return Date.now() - this.since < patienceMs;
  }

  opened(): void {
    this.since = undefined;
  }
}
