export { startTelemetry, type Service, type Telemetry } from './telemetry.js';
export { inSpan, traceFields, traceQuery, tracing, type OpenSpan, type SpanOptions, type Tracing } from './tracing.js';
