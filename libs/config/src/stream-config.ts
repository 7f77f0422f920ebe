import type { Reader } from './reader.js';

/** How many streams there may be, and how far back they begin. */
export interface StreamConfig {
  /** Milliseconds: an older cursor begins anew. */
  readonly retentionMs: number;
  /** Streams of a tenant in a process. */
  readonly perTenant: number;
  /** Streams of a process. */
  readonly max: number;
}

const dayMs = 86_400_000;
const longestMs = 3650 * dayMs;

export function readStreamConfig(read: Reader): StreamConfig {
  const retentionMs = read.duration('EVENT_RETENTION', dayMs);
  if (retentionMs < 1000 || retentionMs > longestMs)
    read.wrong('EVENT_RETENTION', 'must be from 1s to 3650d', undefined);
  return {
    retentionMs,
    perTenant: read.integer('STREAMS_PER_TENANT', 2000, 1, 1_000_000),
    max: read.integer('STREAMS_MAX', 10_000, 1, 1_000_000),
  };
}
