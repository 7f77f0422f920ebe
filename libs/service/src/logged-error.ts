import { sqlState } from '@helpdeskly/database';

/** What the log shows of an error. Only these fields: what else a library attaches to its errors may be a person's data. */
export interface LoggedError {
  readonly type: string;
  readonly message: string;
  /** The code from the library, Node or us, such as `P2002`, `ECONNREFUSED` or `no_capacity`. */
  readonly code?: string;
  /** PostgreSQL's SQLSTATE, five characters. */
  readonly sqlstate?: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
  /** The error for each address of a host. */
  readonly errors?: readonly LoggedError[];
}

const deepest = 5;

/** An error and its causes as the log shows them. `stack: false` omits stacks, for lines that come by the thousand. */
export function loggedError(error: unknown, { stack = true } = {}, depth = 0): LoggedError {
  if (!(error instanceof Object)) return { type: typeof error, message: clean(String(error)) };
  const seen = error as { message?: unknown; code?: unknown; stack?: unknown; cause?: unknown; errors?: unknown };
  const { driverAdapterError } = ((error as { meta?: unknown }).meta ?? {}) as { driverAdapterError?: unknown };
  const cause = driverAdapterError ?? seen.cause;
  const { errors } = seen;
  const state = sqlState(error);
  const goesOn = depth < deepest;
  return {
    type: error.constructor?.name ?? 'Object',
    message: clean(typeof seen.message === 'string' ? seen.message : ''),
    ...(typeof seen.code === 'string' ? { code: seen.code } : {}),
    ...(state === undefined ? {} : { sqlstate: state }),
    ...(stack && typeof seen.stack === 'string' ? { stack: clean(seen.stack) } : {}),
    ...(goesOn && cause !== undefined && cause !== null ? { cause: loggedError(cause, { stack }, depth + 1) } : {}),
    ...(goesOn && Array.isArray(errors)
      ? { errors: errors.map((each) => loggedError(each, { stack }, depth + 1)) }
      : {}),
  };
}

/** Removes the passwords of URLs, and the values that PostgreSQL shows beside a constraint's columns. */
function clean(text: string): string {
  const withoutPasswords = text.includes('://') ? text.replace(/\S+/g, withoutPassword) : text;
  return withoutPasswords.replace(/\)=\(.*\)/g, ')=([redacted])');
}

/** Cuts from the first colon of a possible URL's user to the last @ after it, so that no form of a password remains. */
function withoutPassword(word: string): string {
  const authority = word.indexOf('://') + 3;
  if (authority < 3) return word;
  const colon = word.indexOf(':', authority);
  const end = word.lastIndexOf('@');
  return colon < 0 || end < colon ? word : `${word.slice(0, colon)}:[redacted]${word.slice(end)}`;
}
