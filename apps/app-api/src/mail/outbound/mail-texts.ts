import { inLanguageOf, type InLanguages } from './languages.js';

/** What mails say beside what people wrote, in a reader's language. */
export interface MailTexts {
  /** Below a reply. */
  readonly replyFooter: (facts: { readonly who: string; readonly reference: string; readonly title: string }) => string;
  /** Of files that are too large for a mail. */
  readonly leftOut: (names: string) => string;
}

const all: InLanguages<MailTexts> = {
  en: {
    replyFooter: ({ who, reference, title }) => `${who} replied to ${reference}: ${title}. Answer this mail to reply.`,
    leftOut: (names) => `Too large for this mail: ${names}. Please ask for another way to get it.`,
  },
  de: {
    replyFooter: ({ who, reference, title }) =>
      `${who} hat auf ${reference} geantwortet: ${title}. Antworten Sie einfach auf diese Mail.`,
    leftOut: (names) => `Zu groß für diese Mail: ${names}. Bitte fragen Sie nach einem anderen Weg.`,
  },
  fr: {
    replyFooter: ({ who, reference, title }) =>
      `${who} a répondu à ${reference} : ${title}. Répondez simplement à ce message.`,
    leftOut: (names) => `Trop volumineux pour ce message : ${names}. Demandez-nous un autre moyen de l’obtenir.`,
  },
  es: {
    replyFooter: ({ who, reference, title }) =>
      `${who} ha respondido a ${reference}: ${title}. Responda a este mensaje para contestar.`,
    leftOut: (names) => `Demasiado grande para este mensaje: ${names}. Pídanos otra forma de obtenerlo.`,
  },
};

/** Those of a locale such as `de-CH`; English where there are none. */
export const mailTexts = (locale: string | null) => inLanguageOf(locale, all);
