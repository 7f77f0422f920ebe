/** The longest wait that we grant, in seconds. */
const longestWait = 30;

/**
 * The seconds of `Prefer: wait=N`, at most 30; undefined if the header does not ask to wait. A malformed preference
 * is ignored. Source: RFC 7240, sections 2 and 4.3.
 */
export function preferredWait(header: string | undefined): number | undefined {
  for (const preference of (header ?? '').split(',')) {
    const [, seconds] = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;.*)?$/i.exec(preference) ?? [];
    if (seconds !== undefined) return Math.min(Number(seconds), longestWait);
  }
  return undefined;
}
