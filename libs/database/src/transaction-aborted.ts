/**
 * Raised when PostgreSQL answers COMMIT with ROLLBACK: a statement of the transaction had failed, and whoever asked for it
 * went on as if it had not. Nothing of the transaction is stored. `cause` is what that statement threw.
 */
export class TransactionAborted extends Error {
  constructor(cause: unknown) {
    super('The transaction was rolled back at its commit, because one of its statements had failed.', { cause });
    this.name = 'TransactionAborted';
  }
}
