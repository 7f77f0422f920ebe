/**
 * Raised when PostgreSQL answers COMMIT with ROLLBACK: a statement of the transaction had failed, and its caller ignored the
 * error. PostgreSQL stored nothing of the transaction. `cause` is the error of that statement.
 */
export class TransactionAborted extends Error {
  constructor(cause: unknown) {
    super('The transaction was rolled back at its commit, because one of its statements had failed.', { cause });
    this.name = 'TransactionAborted';
  }
}
