import { inLanguageOf, type InLanguages } from '../../mail-core/languages.js';

/** What mails say that are about a mailbox. */
export interface MailboxTexts {
  /** The code stands in the subject: where the address is forwarded here alone, the mail waits as held, and its subject is shown. */
  readonly codeSubject: (code: string, helpdesk: string) => string;
  readonly code: (facts: { readonly code: string; readonly address: string; readonly helpdesk: string }) => string;
  readonly testSubject: (helpdesk: string) => string;
  readonly test: (facts: { readonly mailbox: string; readonly helpdesk: string }) => string;
}

const all: InLanguages<MailboxTexts> = {
  en: {
    codeSubject: (code, helpdesk) => `${code} is your code at ${helpdesk}`,
    code: ({ code, address, helpdesk }) =>
      `${helpdesk} would like to use the address ${address} as a mailbox of its helpdesk.\n\nThe code is ${code}. It is good for one day.\n\nIf you did not ask for this, you need not do anything: without the code the address is not used.`,
    testSubject: (helpdesk) => `Test mail from ${helpdesk}`,
    test: ({ mailbox, helpdesk }) =>
      `This is a test mail from the mailbox ${mailbox} of ${helpdesk}. Replies to tickets of this mailbox leave in the same way.`,
  },
  de: {
    codeSubject: (code, helpdesk) => `${code} ist Ihr Code bei ${helpdesk}`,
    code: ({ code, address, helpdesk }) =>
      `${helpdesk} möchte die Adresse ${address} als Postfach des Helpdesks benutzen.\n\nDer Code lautet ${code}. Er gilt einen Tag.\n\nWenn Sie das nicht angefordert haben, müssen Sie nichts tun: Ohne den Code wird die Adresse nicht benutzt.`,
    testSubject: (helpdesk) => `Testmail von ${helpdesk}`,
    test: ({ mailbox, helpdesk }) =>
      `Dies ist eine Testmail aus dem Postfach ${mailbox} von ${helpdesk}. Antworten auf Tickets dieses Postfachs werden ebenso gesendet.`,
  },
  fr: {
    codeSubject: (code, helpdesk) => `${code} est votre code chez ${helpdesk}`,
    code: ({ code, address, helpdesk }) =>
      `${helpdesk} souhaite utiliser l’adresse ${address} comme boîte de son centre d’assistance.\n\nLe code est ${code}. Il est valable un jour.\n\nSi vous ne l’avez pas demandé, vous n’avez rien à faire : sans le code, l’adresse n’est pas utilisée.`,
    testSubject: (helpdesk) => `E-mail de test de ${helpdesk}`,
    test: ({ mailbox, helpdesk }) =>
      `Ceci est un e-mail de test de la boîte ${mailbox} de ${helpdesk}. Les réponses aux tickets de cette boîte partent de la même façon.`,
  },
  es: {
    codeSubject: (code, helpdesk) => `${code} es su código en ${helpdesk}`,
    code: ({ code, address, helpdesk }) =>
      `${helpdesk} desea usar la dirección ${address} como buzón de su centro de ayuda.\n\nEl código es ${code}. Vale un día.\n\nSi no lo ha pedido, no tiene que hacer nada: sin el código no se usa la dirección.`,
    testSubject: (helpdesk) => `Correo de prueba de ${helpdesk}`,
    test: ({ mailbox, helpdesk }) =>
      `Este es un correo de prueba del buzón ${mailbox} de ${helpdesk}. Las respuestas a los tickets de este buzón salen del mismo modo.`,
  },
};

/** Those of a locale such as `de-CH`; English where there are none. */
export const mailboxTexts = (locale: string) => inLanguageOf(locale, all);
