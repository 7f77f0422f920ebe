/** A sorted sample's percentile, by the nearest rank. */
export function percentile(sample: readonly number[], percent: number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (sample: readonly number[]): number => percentile(sample, 50);

export const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} ms`;

/** Prints one comparison: what we do, what the bare way does in the same run, and the ratio that a bar is set on. */
export function printRow(name: string, product: string, baseline: string, ratio: string): void {
  console.log(`${name.padEnd(54)} ${product.padStart(20)} ${baseline.padStart(22)} ${ratio.padStart(10)}`);
}

/** How many milliseconds some work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await work();
  return performance.now() - since;
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

/** Of two ways that take time: how many times as quick ours is. */
export function printTimes(name: string, ours: readonly number[], bare: readonly number[]): void {
  const ratio = (median(bare) / median(ours)).toFixed(2);
  const range = (sample: readonly number[]) => `${seconds(Math.min(...sample))}–${seconds(Math.max(...sample))}`;
  printRow(name, seconds(median(ours)), seconds(median(bare)), ratio);
  printRow('  least and most', range(ours), range(bare), '');
}
