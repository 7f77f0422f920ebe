import type { TelemetryConfig } from '@helpdeskly/config';
import type { Service, Telemetry } from './otlp-telemetry.js';

export type { Service, Telemetry };

const off: Telemetry = { attach: () => undefined, close: () => Promise.resolve() };

/**
 * Turns traces on if a collector is configured. Call it first: loggers, servers and queues that exist before know
 * nothing of it. Without a collector it does not load the SDK.
 */
export async function startTelemetry(config: TelemetryConfig | undefined, service: Service): Promise<Telemetry> {
  if (config === undefined) return off;
  const { OtlpTelemetry } = await import('./otlp-telemetry.js');
  return new OtlpTelemetry(config, service);
}
