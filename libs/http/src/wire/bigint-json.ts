/**
 * Lets JSON serialize bigints, which it rejects: as numbers if these are exact, else as text. When a migration has just
 * widened a column, a process that started before reads it as bigints, and its answers must not fail after the commit.
 */
export function writeBigintsAsJson(): void {
  Object.defineProperty(BigInt.prototype, 'toJSON', { value: toJson, configurable: true, writable: true });
}

function toJson(this: bigint): number | string {
  const number = Number(this);
  return Number.isSafeInteger(number) ? number : this.toString();
}
