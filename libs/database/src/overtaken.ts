/**
 * Raised when another transaction was first, and this one cannot continue with the locks that it holds. TransactionScope runs it
 * again from its beginning, as after PostgreSQL's own serialization_failure.
 */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
  readonly code = '40001';

  constructor() {
    super('another transaction was first');
  }
}
