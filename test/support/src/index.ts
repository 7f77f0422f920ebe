export { Api, type Answer, type Caller, type CallOptions } from './api.js';
export { signInOperator, startSystem, type System, type TestTenant, type User } from './system.js';
export { sharedSystem } from './shared-system.js';
export { parseExposition, seriesOf, type Exposition, type Sample } from './exposition.js';
export {
  isObservedPooled,
  jobs,
  makeTraffic,
  startObservedSystem,
  type Job,
  type ObservedSystem,
} from './observed-system.js';
export * from './database.js';
export { MigrationsFolder } from './migrations-folder.js';
export { Collector, type CollectedSpan } from './collector.js';
export { DatabaseProxy } from './database-proxy.js';
export { StartingServer } from './starting-server.js';
