/** The longest wait that is granted, in seconds. */
const longestWait = 30;

/**
 * The seconds that `Prefer: wait=N` asks to wait for the end, at most 30; undefined when it does not ask. A preference
 * that is malformed is no preference. Source: RFC 7240, sections 2 and 4.3.
 */
export function preferredWait(header: string | undefined): number | undefined {
  for (const preference of (header ?? '').split(',')) {
    const [, seconds] = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;.*)?$/i.exec(preference) ?? [];
    if (seconds !== undefined) return Math.min(Number(seconds), longestWait);
  }
  return undefined;
}
