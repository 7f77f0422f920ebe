export { Api, type Answer, type Caller, type CallOptions } from './api.js';
export { startSystem, type System, type TestTenant, type User } from './system.js';
export * from './database.js';
