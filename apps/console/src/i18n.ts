import { i18n, type Messages } from '@lingui/core';

export const languages = { en: 'English', fr: 'Français', de: 'Deutsch' } as const;
export type Language = keyof typeof languages;

const place = 'language';

const catalogs: Readonly<Record<Language, () => Promise<{ messages: Messages }>>> = {
  en: () => import('./locales/en.po'),
  fr: () => import('./locales/fr.po'),
  de: () => import('./locales/de.po'),
};

const isLanguage = (value: string | null | undefined): value is Language =>
  value !== null && value !== undefined && value in languages;

/** The chosen language, else the first one of the browser's that we speak, else English. */
function preferred(): Language {
  const kept = localStorage.getItem(place);
  if (isLanguage(kept)) return kept;
  return navigator.languages.map((tag) => tag.split('-')[0]).find(isLanguage) ?? 'en';
}

export async function loadLanguage(language: Language = preferred()): Promise<void> {
  const { messages } = await catalogs[language]();
  i18n.loadAndActivate({ locale: language, messages });
  document.documentElement.lang = language;
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(place, language);
  await loadLanguage(language);
}
