import { inLanguageOf, type InLanguages } from '../../mail-core/languages.js';

/** Of files that are too large for a mail. */
const leftOut: InLanguages<(names: string) => string> = {
  en: (names) => `Too large for this mail: ${names}. Please ask for another way to get it.`,
  de: (names) => `Zu groß für diese Mail: ${names}. Bitte fragen Sie nach einem anderen Weg.`,
  fr: (names) => `Trop volumineux pour ce message : ${names}. Demandez-nous un autre moyen de l’obtenir.`,
  es: (names) => `Demasiado grande para este mensaje: ${names}. Pídanos otra forma de obtenerlo.`,
};

/** In the language of a locale such as `de-CH`; in English where there is none for it. */
export const leftOutNote = (locale: string) => inLanguageOf(locale, leftOut);
