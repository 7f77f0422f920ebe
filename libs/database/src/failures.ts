import { sqlState } from './sql-state.js';

const socketErrors = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
const adapterKinds = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TlsConnectionError',
  'DatabaseDoesNotExist',
  'DatabaseAccessDenied',
  'AuthenticationFailed',
  'TooManyConnections',
]);
const prismaCodes = new Set(['P1000', 'P1001', 'P1002', 'P1003', 'P1008', 'P1010', 'P1011', 'P1017', 'P2024', 'P2037']);
const outages = new Set([
  '53300', // too_many_connections
  '3D000', // invalid_catalog_name
  '28000', // invalid_authorization_specification
  '28P01', // invalid_password
  '55000', // object_not_in_prerequisite_state: the database accepts no connections
  '25006', // read_only_sql_transaction: after a failover this server is a standby
  '25P03', // idle_in_transaction_session_timeout
  '25P04', // transaction_timeout
]);
const messages = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Cannot use a pool after calling end on the pool',
  'Query read timeout',
  'Unable to start a transaction in the given time',
  'Transaction already closed',
  'cannot be executed on an expired transaction',
];

/** The code of libs/errors' ServiceUnavailable. */
const unavailable = 'service_unavailable';

/**
 * Whether an error is an outage, from pg or from Prisma: the database could not be reached, went away, refused the login, or accepts
 * no writes. SQLSTATE classes 08 and 57P, and those in `outages`.
 */
export function isConnectionFailure(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return state.startsWith('08') || state.startsWith('57P') || outages.has(state);
  for (const seen of chain(error)) {
    if (typeof seen.code === 'string' && (socketErrors.has(seen.code) || prismaCodes.has(seen.code))) return true;
    if (typeof seen.kind === 'string' && adapterKinds.has(seen.kind)) return true;
    if (typeof seen.message === 'string' && messages.some((message) => String(seen.message).includes(message)))
      return true;
    if (Array.isArray(seen.errors) && seen.errors.some(isConnectionFailure)) return true; // AggregateError: every address refused
  }
  return false;
}

/** Whether PostgreSQL ended a statement at `statement_timeout` (57014), or pg gave up waiting for its answer. */
export function isQueryTimeout(error: unknown): boolean {
  return (
    sqlState(error) === '57014' || [...chain(error)].some((seen) => String(seen.message).includes('Query read timeout'))
  );
}

/** The messages in a chain of causes. */
export function messagesOf(error: unknown): string[] {
  return [...chain(error)].map(({ message }) => String(message));
}

interface Link {
  readonly code?: unknown;
  readonly kind?: unknown;
  readonly message?: unknown;
  readonly errors?: unknown;
}

/** A store that is away has said so: its cause, such as a refused connection, is no database's. */
function* chain(error: unknown): Generator<Link> {
  for (let at: unknown = error, depth = 0; typeof at === 'object' && at !== null && depth < 6; depth++) {
    yield at;
    if ((at as Link).code === unavailable) return;
    const { meta, cause } = at as { meta?: { driverAdapterError?: unknown }; cause?: unknown };
    at = meta?.driverAdapterError ?? cause;
  }
}

/** The first error of class `type` in a chain of causes, for our own errors that pass through Prisma. */
export function findCause<T>(error: unknown, type: abstract new (...args: never[]) => T): T | undefined {
  for (const link of chain(error)) if (link instanceof type) return link;
  return undefined;
}
