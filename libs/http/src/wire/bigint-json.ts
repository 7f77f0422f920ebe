/**
 * Lets JSON take bigints, which it refuses: as numbers while these are exact, else as text. A column that a migration has just
 * made wider is read as bigints by a process that began before, and its answers must not fail after the commit.
 */
export function writeBigintsAsJson(): void {
  Object.defineProperty(BigInt.prototype, 'toJSON', { value: toJson, configurable: true, writable: true });
}

function toJson(this: bigint): number | string {
  const number = Number(this);
  return Number.isSafeInteger(number) ? number : this.toString();
}
