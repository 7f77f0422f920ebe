const steps = [
  [1000, 'millisecond', 1],
  [60_000, 'second', 1000],
  [3_600_000, 'minute', 60_000],
  [86_400_000, 'hour', 3_600_000],
  [Infinity, 'day', 86_400_000],
] as const;

/** `2.5 hours`, in the reader's words. */
export function durationOf(ms: number, locale: string): string {
  const [, unit, each] = steps.find(([limit]) => ms < limit) ?? steps[0];
  const form = { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(locale, form).format(ms / each);
}
