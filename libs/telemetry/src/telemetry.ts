import type { TelemetryConfig } from '@helpdeskly/config';
import type { Service, Telemetry } from './otlp-telemetry.js';

export type { Service, Telemetry };

const off: Telemetry = { attach: () => undefined, close: () => Promise.resolve() };

/**
 * Turns traces on when there is somewhere to send them. To be called first: loggers, servers and queues made before know
 * nothing of it. Without, the SDK is not even loaded.
 */
export async function startTelemetry(config: TelemetryConfig | undefined, service: Service): Promise<Telemetry> {
  if (config === undefined) return off;
  const { OtlpTelemetry } = await import('./otlp-telemetry.js');
  return new OtlpTelemetry(config, service);
}
