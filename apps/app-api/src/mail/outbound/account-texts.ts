import { inLanguageOf, type InLanguages } from '../../mail-core/languages.js';

/** Whom and what a mail with a link to set a password is about. */
export interface AccountFacts {
  readonly name: string;
  readonly helpdesk: string;
}

/** What such a mail says. */
export interface AccountTexts {
  readonly subject: (helpdesk: string) => string;
  readonly body: (facts: AccountFacts) => string;
  /** What the link does. */
  readonly link: string;
}

interface Texts {
  readonly invitation: AccountTexts;
  /** For whoever has a password already. */
  readonly reset: AccountTexts;
  readonly expiry: (until: string) => string;
}

const all: InLanguages<Texts> = {
  en: {
    invitation: {
      subject: (helpdesk) => `Your account at ${helpdesk}`,
      body: ({ name, helpdesk }) =>
        `Hello ${name},\n\nyou have an account at ${helpdesk}. Choose a password to use it.`,
      link: 'Choose a password',
    },
    reset: {
      subject: (helpdesk) => `Reset your password at ${helpdesk}`,
      body: ({ name, helpdesk }) =>
        `Hello ${name},\n\nsomebody asked for a new password for your account at ${helpdesk}. If it was not you, you need not do anything: your password stays as it is.`,
      link: 'Choose a new password',
    },
    expiry: (until) => `The link works once, until ${until}.`,
  },
  de: {
    invitation: {
      subject: (helpdesk) => `Ihr Konto bei ${helpdesk}`,
      body: ({ name, helpdesk }) =>
        `Guten Tag ${name},\n\nSie haben ein Konto bei ${helpdesk}. Wählen Sie ein Passwort, um es zu benutzen.`,
      link: 'Passwort wählen',
    },
    reset: {
      subject: (helpdesk) => `Ihr Passwort bei ${helpdesk} zurücksetzen`,
      body: ({ name, helpdesk }) =>
        `Guten Tag ${name},\n\njemand hat für Ihr Konto bei ${helpdesk} ein neues Passwort angefordert. Wenn Sie das nicht waren, müssen Sie nichts tun: Ihr Passwort bleibt, wie es ist.`,
      link: 'Neues Passwort wählen',
    },
    expiry: (until) => `Der Link gilt einmal, bis ${until}.`,
  },
  fr: {
    invitation: {
      subject: (helpdesk) => `Votre compte chez ${helpdesk}`,
      body: ({ name, helpdesk }) =>
        `Bonjour ${name},\n\nvous avez un compte chez ${helpdesk}. Choisissez un mot de passe pour l’utiliser.`,
      link: 'Choisir un mot de passe',
    },
    reset: {
      subject: (helpdesk) => `Réinitialiser votre mot de passe chez ${helpdesk}`,
      body: ({ name, helpdesk }) =>
        `Bonjour ${name},\n\nquelqu’un a demandé un nouveau mot de passe pour votre compte chez ${helpdesk}. Si ce n’était pas vous, vous n’avez rien à faire : votre mot de passe reste inchangé.`,
      link: 'Choisir un nouveau mot de passe',
    },
    expiry: (until) => `Le lien fonctionne une seule fois, jusqu’au ${until}.`,
  },
  es: {
    invitation: {
      subject: (helpdesk) => `Su cuenta en ${helpdesk}`,
      body: ({ name, helpdesk }) =>
        `Hola ${name}:\n\nTiene una cuenta en ${helpdesk}. Elija una contraseña para usarla.`,
      link: 'Elegir una contraseña',
    },
    reset: {
      subject: (helpdesk) => `Restablecer su contraseña en ${helpdesk}`,
      body: ({ name, helpdesk }) =>
        `Hola ${name}:\n\nAlguien ha pedido una contraseña nueva para su cuenta en ${helpdesk}. Si no ha sido usted, no tiene que hacer nada: su contraseña no cambia.`,
      link: 'Elegir una contraseña nueva',
    },
    expiry: (until) => `El enlace funciona una sola vez, hasta el ${until}.`,
  },
};

/** Those of a locale such as `de-CH`; English where there are none. */
export const accountTexts = (locale: string) => inLanguageOf(locale, all);
