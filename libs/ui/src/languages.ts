import { i18n, type Messages } from '@lingui/core';

export const languages = { en: 'English', fr: 'Français', de: 'Deutsch' } as const;
export type Language = keyof typeof languages;

const place = 'language';

type Catalogs = Readonly<Record<Language, () => Promise<{ messages: Messages }>>>;
let catalogs: Catalogs | undefined;

const isLanguage = (value: string | null | undefined): value is Language =>
  value !== null && value !== undefined && value in languages;

/** The chosen language, else the first one of the browser's that we speak, else English. */
function preferred(): Language {
  const kept = localStorage.getItem(place);
  if (isLanguage(kept)) return kept;
  return navigator.languages.map((tag) => tag.split('-')[0]).find(isLanguage) ?? 'en';
}

/** Begins a page, with the words that it has in each language. */
export function speak(words: Catalogs): Promise<void> {
  catalogs = words;
  return load(preferred());
}

async function load(language: Language): Promise<void> {
  if (catalogs === undefined)
    throw new Error('The page has not said in which catalogs its words are: call speak first.');
  const { messages } = await catalogs[language]();
  i18n.loadAndActivate({ locale: language, messages });
  document.documentElement.lang = language;
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(place, language);
  await load(language);
}
