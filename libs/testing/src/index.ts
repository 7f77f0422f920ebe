export { Api, type Answer, type Caller, type CallOptions } from './api.js';
export { startSystem, type System, type TestTenant } from './system.js';
export * from './database.js';
