const units: readonly [unit: 'day' | 'hour' | 'minute', seconds: number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** `2.5 hr`: a length of time in its largest unit, in the reader's words; a dash where nothing was measured. */
export function durationOf(seconds: number | null, locale: string): string {
  if (seconds === null) return '–';
  const [unit, size] = units.find(([, least]) => seconds >= least) ?? (['second', 1] as const);
  const format = new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits: 1 });
  return format.format(seconds / size);
}
