import type { TenantPrisma } from '@helpdeskly/tenancy';
import type { User } from '@helpdeskly/tenant-db';

/** The languages that mails are written in. */
export const languages = ['en', 'de', 'fr', 'es'] as const;
export type Language = (typeof languages)[number];

export type InLanguages<T> = Readonly<Record<Language, T>>;

/** How a reader wants mails to be written. */
export interface ReaderLocale {
  /** A BCP 47 tag. */
  readonly locale: string;
  readonly timeZone: string;
}

/** What a user has chosen, else what the helpdesk has. */
export async function readerLocale(
  db: TenantPrisma,
  { locale, timeZone }: Pick<User, 'locale' | 'timeZone'>,
): Promise<ReaderLocale> {
  const settings = await db.settings.findUniqueOrThrow({ where: { id: 1 }, select: { locale: true, timeZone: true } });
  return { locale: locale ?? settings.locale, timeZone: timeZone ?? settings.timeZone };
}

/** The language of a locale such as `de-CH`; English where there is none for it. */
export function languageOf(locale: string): Language {
  const wanted = locale.toLowerCase().split('-')[0];
  return languages.find((language) => language === wanted) ?? 'en';
}

/** What is there in the language of a locale. */
export function inLanguageOf<T>(locale: string, all: InLanguages<T>): T {
  return all[languageOf(locale)];
}

/** A moment as its reader writes it, in the reader's zone. */
export function writtenTime({ locale, timeZone }: ReaderLocale, moment: Date): string {
  const fields = { day: 'numeric', month: 'long', year: 'numeric', hour: 'numeric', minute: '2-digit' } as const;
  const language = languageOf(locale);
  const spoken = locale.startsWith(language) ? locale : language;
  return new Intl.DateTimeFormat(spoken, { ...fields, timeZone, timeZoneName: 'short' }).format(moment);
}
