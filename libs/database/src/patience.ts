/** The server ends a statement this many milliseconds before the client stops waiting for its answer. */
export const answerGraceMs = 1000;

/**
 * Timeouts of a direct connection: PostgreSQL ends a statement after `milliseconds`, before the client stops waiting for its
 * answer. Poolers refuse such startup parameters; behind them the role has a `statement_timeout`.
 */
export function endingAfter(milliseconds: number): { statement_timeout: number; query_timeout: number } {
  return { statement_timeout: milliseconds, query_timeout: milliseconds + answerGraceMs };
}
