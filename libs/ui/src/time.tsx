import { useLingui } from '@lingui/react/macro';
import { useEffect, useState } from 'react';

const steps: readonly [limitSeconds: number, unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  [60, 'second', 1],
  [3600, 'minute', 60],
  [86_400, 'hour', 3600],
  [7 * 86_400, 'day', 86_400],
];

/** One for each language: to make one takes longer than all that it is asked. */
function kept<T>(make: (locale: string) => T): (locale: string) => T {
  const made = new Map<string, T>();
  return (locale) => {
    const known = made.get(locale) ?? make(locale);
    made.set(locale, known);
    return known;
  };
}

const dates = kept((locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }));
const moments = kept((locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' }));
const spans = {
  long: kept((locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'long' })),
  narrow: kept((locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'narrow' })),
};

/** `5 minutes ago`, in the reader's words; after a week the date. */
function relative(at: string, locale: string, now = Date.now(), style: 'long' | 'narrow' = 'long'): string {
  const seconds = Math.min(0, (Date.parse(at) - now) / 1000);
  const step = steps.find(([limit]) => -seconds < limit);
  if (step === undefined) return dates(locale).format(new Date(at));
  return spans[style](locale).format(Math.trunc(seconds / step[2]), step[1]);
}

const absolute = (at: string, locale: string): string => moments(locale).format(new Date(at));

const minuteMs = 60_000;

/** A time in the reader's zone and words, kept current; the exact one is its title. */
export function Time({ at, short = false }: { at: string; short?: boolean }) {
  const { i18n } = useLingui();
  const [now, tick] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => tick(Date.now()), minuteMs);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={at} title={absolute(at, i18n.locale)} className="whitespace-nowrap">
      {relative(at, i18n.locale, now, short ? 'narrow' : 'long')}
    </time>
  );
}
