const everySeconds = 5;

/** Says that something takes its time, with the seconds that it has taken: at first, and then every five seconds. */
export function delay(what: string): (said: string, seconds: number) => void {
  let next = 0;
  return (said, seconds) => {
    if (seconds < next) return;
    next = seconds + everySeconds;
    console.log(`  … ${what}: ${said} (${seconds} s)`);
  };
}
/** Says what is being done, and how long it took. */
export async function progress<T>(what: string, work: () => Promise<T>): Promise<T> {
  const since = performance.now();
  const result = await work();
  console.log(`  ✓ ${what.padEnd(26)} ${((performance.now() - since) / 1000).toFixed(1)} s`);
  return result;
}
