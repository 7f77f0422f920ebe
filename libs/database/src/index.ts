export { describeFailure } from './describe-failure.js';
export { findCause, isConnectionFailure, isQueryTimeout } from './failures.js';
export { poolLoad, PoolMetrics, type PoolLoad } from './pool-metrics.js';
export { scramVerifier } from './scram.js';
export { isUniqueViolation, sqlState } from './sql-state.js';
export { TransactionScope, type TransactionOptions, type TransactionalClient } from './transaction-scope.js';
export { likeLiteral } from './like.js';
export { TracedClient, TracedPool } from './traced-pool.js';
export { keepalives } from './keepalives.js';
