/** Between the moment at which the server ends a statement and the one by which its answer must have come, in milliseconds. */
export const answerGraceMs = 1000;

/**
 * The clocks of a direct connection: PostgreSQL ends a statement after `milliseconds`, before the client stops waiting for its
 * answer. Poolers refuse such startup parameters; there the role has its `statement_timeout`.
 */
export function endingAfter(milliseconds: number): { statement_timeout: number; query_timeout: number } {
  return { statement_timeout: milliseconds, query_timeout: milliseconds + answerGraceMs };
}
