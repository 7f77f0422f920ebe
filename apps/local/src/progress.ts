/** Says what is being done, and how long it took. */
export async function progress<T>(what: string, work: () => Promise<T>): Promise<T> {
  const since = performance.now();
  const result = await work();
  console.log(`  ✓ ${what.padEnd(26)} ${((performance.now() - since) / 1000).toFixed(1)} s`);
  return result;
}
