export { TransactionScope, type TransactionOptions, type TransactionalClient } from './transaction-scope.js';
export { isUniqueViolation, sqlState } from './sql-state.js';
