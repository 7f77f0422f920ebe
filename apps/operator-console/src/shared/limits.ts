interface Limits {
  readonly maxConnections: number;
  readonly requestsPerMinute: number;
  readonly storageBytes: number;
}

const gibibyte = 2 ** 30;

/** How many GiB some bytes are, as a person types it: to a thousandth. */
export const storageText = (bytes: number): string => String(Math.round((bytes / gibibyte) * 1000) / 1000);

/**
 * The limits that are to be written: those that differ from `now`, and null for those that were emptied, which are then decided
 * elsewhere. A field that was left as it was is not written, so that it stays inherited if it was.
 */
export function readLimits(
  typedIn: (name: 'maxConnections' | 'requestsPerMinute' | 'storage') => string,
  now?: Limits,
): { -readonly [Name in keyof Limits]?: number | null } {
  const changed = (typed: string, shown: string | undefined, scale = 1) =>
    typed === (shown ?? '') ? undefined : typed === '' ? null : Math.round(Number(typed) * scale);
  const limits = {
    maxConnections: changed(typedIn('maxConnections'), now && String(now.maxConnections)),
    requestsPerMinute: changed(typedIn('requestsPerMinute'), now && String(now.requestsPerMinute)),
    storageBytes: changed(typedIn('storage'), now && storageText(now.storageBytes), gibibyte),
  };
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}
