import { inLanguageOf, type InLanguages } from './languages.js';

/** What mails say beside what people wrote, in a reader's language. */
export interface MailTexts {
  /** Below a reply. */
  readonly replyFooter: (facts: { readonly who: string; readonly reference: string; readonly title: string }) => string;
  /** Of files that are too large for a mail. */
  readonly leftOut: (names: string) => string;
  /** To whoever opened a ticket by mail. */
  readonly received: (facts: { readonly name: string; readonly reference: string; readonly title: string }) => string;
}

const all: InLanguages<MailTexts> = {
  en: {
    replyFooter: ({ who, reference, title }) => `${who} replied to ${reference}: ${title}. Answer this mail to reply.`,
    leftOut: (names) => `Too large for this mail: ${names}. Please ask for another way to get it.`,
    received: ({ name, reference, title }) =>
      `Hello ${name},\n\nthank you for your message. We have it as ${reference}: ${title}. Answer this mail if you want to add something.`,
  },
  de: {
    replyFooter: ({ who, reference, title }) =>
      `${who} hat auf ${reference} geantwortet: ${title}. Antworten Sie einfach auf diese Mail.`,
    leftOut: (names) => `Zu groß für diese Mail: ${names}. Bitte fragen Sie nach einem anderen Weg.`,
    received: ({ name, reference, title }) =>
      `Guten Tag ${name},\n\nvielen Dank für Ihre Nachricht. Sie hat bei uns die Nummer ${reference}: ${title}. Antworten Sie auf diese Mail, wenn Sie etwas ergänzen möchten.`,
  },
  fr: {
    replyFooter: ({ who, reference, title }) =>
      `${who} a répondu à ${reference} : ${title}. Répondez simplement à ce message.`,
    leftOut: (names) => `Trop volumineux pour ce message : ${names}. Demandez-nous un autre moyen de l’obtenir.`,
    received: ({ name, reference, title }) =>
      `Bonjour ${name},\n\nmerci pour votre message. Nous l’avons enregistré sous ${reference} : ${title}. Répondez à ce message si vous souhaitez ajouter quelque chose.`,
  },
  es: {
    replyFooter: ({ who, reference, title }) =>
      `${who} ha respondido a ${reference}: ${title}. Responda a este mensaje para contestar.`,
    leftOut: (names) => `Demasiado grande para este mensaje: ${names}. Pídanos otra forma de obtenerlo.`,
    received: ({ name, reference, title }) =>
      `Hola ${name}:\n\nGracias por su mensaje. Lo tenemos como ${reference}: ${title}. Responda a este mensaje si quiere añadir algo.`,
  },
};

/** Those of a locale such as `de-CH`; English where there are none. */
export const mailTexts = (locale: string) => inLanguageOf(locale, all);
