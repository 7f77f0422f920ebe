export { ConfigError } from './reader.js';
export { readAppConfig, type AppConfig } from './app-config.js';
export { readControlConfig, type ControlConfig } from './control-config.js';
export { readResetConfig, type ResetConfig } from './reset-config.js';
export { readStartConfig, type StartConfig } from './start-config.js';
export type { DatabaseAddress, EncryptionKey } from './reader.js';
export type { ServiceConfig } from './service-config.js';
export type { TelemetryConfig } from './telemetry-config.js';
