const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** For so long an event is tried again. */
export const retriedForMs = 3 * dayMs;
/** After so long without a success a webhook is turned off. */
export const failingForMs = 5 * dayMs;

/** What passes between attempts; the last one again and again. */
const pauses = [
  20 * secondMs,
  2 * minuteMs,
  10 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
] as const;
/** More or less of a pause: what failed together does not come back together. */
const jitter = 0.25;

/** How an event has fared, this attempt included. */
export interface Tried {
  readonly attempts: number;
  readonly firstTriedAt: Date;
}

/**
 * When to try again; undefined when it was tried for long enough. `retryAfter` is the answer's header: it may ask for more time, not for
 * less. `random` is from 0 to 1.
 */
export function nextAttempt(
  { attempts, firstTriedAt }: Tried,
  now: Date,
  { retryAfter, random = Math.random() }: { readonly retryAfter?: string | undefined; readonly random?: number } = {},
): Date | undefined {
  const end = firstTriedAt.getTime() + retriedForMs;
  const pause = pauses[Math.min(attempts, pauses.length) - 1] ?? pauses[0];
  const usual = pause * (1 - jitter + 2 * jitter * random);
  const wanted = retryAfterMs(retryAfter, now);
  const next = now.getTime() + Math.max(usual, wanted ?? 0);
  return next > end ? undefined : new Date(next);
}

/** RFC 9110, 10.2.3: seconds, or a date. Undefined for anything else. */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * secondMs;
  // JavaScript reads nearly anything as a date.
  const date = / GMT$/.test(header) ? Date.parse(header) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}
