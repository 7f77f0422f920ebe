/** What one rehearsal measured. */
export interface Measured {
  readonly sizeBytes: number;
  readonly durationMs: number;
  readonly sizeChange: number;
}

/** A tenant that lacks the migrations. */
export interface Awaiting {
  readonly serverId: string;
  /** Undefined if its server could not be asked. */
  readonly sizeBytes: number | undefined;
}

/** What a run over the fleet would take. */
export interface Forecast {
  readonly tenants: number;
  readonly concurrency: number;
  readonly durationMs: number;
  readonly longestMs: number;
  readonly sizeChange: number;
}

/** Milliseconds by size: a part that each tenant takes, and one for each byte; by least squares, neither below zero. */
export function durationBySize(measured: readonly Measured[]): (sizeBytes: number) => number {
  const mean = (of: (one: Measured) => number) => measured.reduce((sum, one) => sum + of(one), 0) / measured.length;
  const [size, duration] = [mean((one) => one.sizeBytes), mean((one) => one.durationMs)];
  const spread = mean((one) => (one.sizeBytes - size) ** 2);
  const slope = spread === 0 ? 0 : mean((one) => (one.sizeBytes - size) * (one.durationMs - duration)) / spread;
  if (slope <= 0) return () => duration;
  const fixed = duration - slope * size;
  if (fixed >= 0) return (bytes) => fixed + slope * bytes;
  const through = mean((one) => one.sizeBytes * one.durationMs) / mean((one) => one.sizeBytes ** 2);
  return (bytes) => through * bytes;
}

/** Null if nothing was measured. Servers work side by side, each on so many tenants at the same time. */
export function forecastFor(
  fleet: readonly Awaiting[],
  measured: readonly Measured[],
  concurrency: number,
): Forecast | null {
  if (measured.length === 0) return null;
  const durationOf = durationBySize(measured);
  const known = fleet.flatMap(({ sizeBytes }) => (sizeBytes === undefined ? [] : [sizeBytes]));
  const usual = known.length === 0 ? (measured[0]?.sizeBytes ?? 0) : sum(known) / known.length;
  const growth = sum(measured.map((one) => one.sizeChange)) / Math.max(1, sum(measured.map((one) => one.sizeBytes)));
  const servers = new Map<string, number[]>();
  for (const { serverId, sizeBytes = usual } of fleet) {
    const durations = servers.get(serverId) ?? [];
    durations.push(durationOf(sizeBytes));
    servers.set(serverId, durations);
  }
  const longestMs = largest([...servers.values()].map(largest));
  const ends = [...servers.values()].map((durations) => Math.max(sum(durations) / concurrency, largest(durations)));
  return {
    tenants: fleet.length,
    concurrency,
    durationMs: Math.round(largest(ends)),
    longestMs: Math.round(longestMs),
    sizeChange: Math.round(growth * sum(fleet.map(({ sizeBytes = usual }) => sizeBytes))),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
