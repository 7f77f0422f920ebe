/**
 * Raised when a transaction finds that another one was first, and cannot go on with the locks that it holds. It is run again from its
 * beginning, as after PostgreSQL's own serialization_failure.
 */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
  readonly code = '40001';

  constructor() {
    super('another transaction was first');
  }
}
