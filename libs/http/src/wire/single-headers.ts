/** Headers that may occur once, by the length of their names: comparing lengths is faster than comparing names. */
const singleByLength: Readonly<Record<number, readonly string[]>> = {
  4: ['host'],
  8: ['if-match'],
  12: ['content-type'],
  13: ['authorization'],
  15: ['idempotency-key'],
};

/**
 * The name of a header that occurs twice although it may occur once, or undefined. Node keeps the first value of some and joins
 * others, so two readers of one request could see different values. `raw` contains names and values in turn.
 */
export function doubledHeader(raw: readonly string[]): string | undefined {
  let seen: string[] | undefined;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] ?? '';
    const candidates = singleByLength[name.length];
    if (candidates === undefined) continue;
    const lower = name.toLowerCase();
    if (!candidates.includes(lower)) continue;
    if (seen?.includes(lower) === true) return lower;
    (seen ??= []).push(lower);
  }
  return undefined;
}
