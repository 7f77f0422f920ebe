/** The languages that mails are written in. */
const languages = ['en', 'de', 'fr', 'es'] as const;
export type Language = (typeof languages)[number];

export type InLanguages<T> = Readonly<Record<Language, T>>;

/** The language of a locale such as `de-CH`; English where there is none for it. */
export function languageOf(locale: string | null): Language {
  const wanted = locale?.toLowerCase().split('-')[0];
  return languages.find((language) => language === wanted) ?? 'en';
}

/** What is there in the language of a locale. */
export function inLanguageOf<T>(locale: string | null, all: InLanguages<T>): T {
  return all[languageOf(locale)];
}

/** A moment as its reader writes it. */
export function writtenTime(locale: string | null, moment: Date): string {
  const fields = { day: 'numeric', month: 'long', year: 'numeric', hour: 'numeric', minute: '2-digit' } as const;
  const format = new Intl.DateTimeFormat(languageOf(locale), { ...fields, timeZone: 'UTC', timeZoneName: 'short' });
  return format.format(moment);
}
