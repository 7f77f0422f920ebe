/** What mails say beside what people wrote, in a reader's language. */
export interface MailTexts {
  readonly language: string;
  /** Below a reply. */
  readonly replyFooter: (facts: { readonly who: string; readonly reference: string; readonly title: string }) => string;
  /** Of files that are too large for a mail. */
  readonly leftOut: (names: string) => string;
}

const english: MailTexts = {
  language: 'en',
  replyFooter: ({ who, reference, title }) => `${who} replied to ${reference}: ${title}. Answer this mail to reply.`,
  leftOut: (names) => `Too large for this mail: ${names}. Please ask for another way to get it.`,
};

const german: MailTexts = {
  language: 'de',
  replyFooter: ({ who, reference, title }) =>
    `${who} hat auf ${reference} geantwortet: ${title}. Antworten Sie einfach auf diese Mail.`,
  leftOut: (names) => `Zu groß für diese Mail: ${names}. Bitte fragen Sie nach einem anderen Weg.`,
};

const french: MailTexts = {
  language: 'fr',
  replyFooter: ({ who, reference, title }) =>
    `${who} a répondu à ${reference} : ${title}. Répondez simplement à ce message.`,
  leftOut: (names) => `Trop volumineux pour ce message : ${names}. Demandez-nous un autre moyen de l’obtenir.`,
};

const spanish: MailTexts = {
  language: 'es',
  replyFooter: ({ who, reference, title }) =>
    `${who} ha respondido a ${reference}: ${title}. Responda a este mensaje para contestar.`,
  leftOut: (names) => `Demasiado grande para este mensaje: ${names}. Pídanos otra forma de obtenerlo.`,
};

const all = [english, german, french, spanish];

/** Those of a locale such as `de-CH`; English where there are none. */
export function mailTexts(locale: string | null): MailTexts {
  const language = locale?.toLowerCase().split('-')[0];
  return all.find((texts) => texts.language === language) ?? english;
}
