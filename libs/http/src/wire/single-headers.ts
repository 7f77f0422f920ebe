/** Headers that have one value, by their names' lengths: that is quicker to compare than names. */
const singleByLength: Readonly<Record<number, readonly string[]>> = {
  4: ['host'],
  8: ['if-match'],
  12: ['content-type'],
  13: ['authorization'],
  15: ['idempotency-key'],
};

/**
 * The name of a header that came twice though it has one value, or undefined. Node keeps the first of some and joins
 * others, so two readers of one request could see different values. `raw` holds names and values in turn.
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
