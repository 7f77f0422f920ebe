import { type FieldOptions, TextBy } from '@helpdeskly/http';

/** BCP 47 knows no longest tag; longer ones than this say nothing of a language any more (RFC 5646, 4.4.1). */
const longestTag = 35;
const longestZone = 64;

const languageNames = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

/** A language tag in its usual spelling, without extensions; undefined for a text that names no language. */
export function readLocale(text: string): string | undefined {
  if (text.length > longestTag || !/^[a-z]{2,3}(?:-|$)/i.test(text)) return undefined;
  try {
    const { language, baseName } = new Intl.Locale(text);
    return languageNames.of(language) === undefined ? undefined : baseName;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** As a locale is stored that `LocaleField` let through. */
export function writtenLocale(locale: string | null | undefined): string | null | undefined {
  return typeof locale === 'string' ? (readLocale(locale) ?? locale) : locale;
}

/**
 * Whether a text names a time zone of the IANA database. Offsets such as +01:00 know no summer, and PostgreSQL reads other texts as zones
 * with the sign the other way round.
 */
export function isTimeZone(text: string): boolean {
  if (text.length > longestZone || !/^[a-z][\w+-]*(?:\/[\w+-]+)*$/i.test(text)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** A language that mails are written in, as a BCP 47 tag. */
export function LocaleField(options: FieldOptions): PropertyDecorator {
  return TextBy(
    (text) =>
      readLocale(text) === undefined ? ['malformed', 'This is no language tag such as `de` or `fr-CA`.'] : undefined,
    { ...options, max: longestTag, example: 'de-CH' },
  );
}

/** A time zone by its IANA name. */
export function TimeZoneField(options: FieldOptions): PropertyDecorator {
  return TextBy(
    (text) => (isTimeZone(text) ? undefined : ['malformed', 'This is no time zone such as `Europe/Berlin`.']),
    { ...options, max: longestZone, example: 'Europe/Berlin' },
  );
}
