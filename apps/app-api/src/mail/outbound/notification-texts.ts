import type { NotificationKind } from '@helpdeskly/tenant-db';
import { inLanguageOf, type InLanguages } from '../../mail-core/languages.js';

/** What happened, for a sentence. */
export interface NoticeFacts {
  readonly who: string;
  /** The ticket, as people call it, and its title. Empty when it is about none. */
  readonly reference: string;
  readonly title: string;
  /** Of a mail that did not arrive. */
  readonly code: string;
  /** Of a sign-in. */
  readonly address: string;
}

type Sentence = (facts: NoticeFacts) => string;

interface Texts {
  readonly sentences: Readonly<Record<Exclude<NotificationKind, 'SECURITY'>, Sentence>>;
  /** By the event of a SECURITY notification. */
  readonly security: Readonly<Record<string, Sentence>>;
  readonly securityNote: string;
  /** Of a mail about no ticket. */
  readonly subject: (helpdesk: string) => string;
  readonly open: string;
  /** Of a mail that can be answered. */
  readonly answer: string;
  readonly choose: string;
}

const all: InLanguages<Texts> = {
  en: {
    sentences: {
      ASSIGNED: ({ who, reference, title }) => `${who} assigned ${reference} to you: ${title}`,
      GROUP_ASSIGNED: ({ who, reference, title }) => `${who} gave ${reference} to one of your groups: ${title}`,
      MENTIONED: ({ who, reference, title }) => `${who} mentioned you in ${reference}: ${title}`,
      REPLIED: ({ who, reference, title }) => `${who} commented on ${reference}: ${title}`,
      DELIVERY_FAILED: ({ reference, title, code }) =>
        `A mail of yours about ${reference} did not arrive (${code}): ${title}`,
      SEND_FAILED: ({ reference, title }) =>
        `Your comment on ${reference} could not be sent and is a draft again: ${title}`,
      MAIL_HELD: () => 'A mail that arrived waits for an admin to release it.',
      WEBHOOK_DISABLED: () => 'A webhook was turned off after too many failures.',
    },
    security: {
      NEW_SIGN_IN: ({ address }) => `Somebody signed in to your account from a network that is new: ${address}`,
      PASSWORD_CHANGED: () => 'Your password was changed.',
      PASSWORD_RESET: () => 'Your password was reset by a link.',
      SESSION_ENDED: () => 'One of your sessions was ended.',
      REFRESH_TOKEN_REUSED: () =>
        'A session of yours was ended: somebody used a refresh token of it for the second time.',
      MFA_ENABLED: () => 'Your account asks for a second factor now.',
      MFA_DISABLED: () => 'Your account does not ask for a second factor any more.',
      MFA_RESET: () => 'An admin has reset your second factor.',
      RECOVERY_CODE_USED: () => 'Somebody signed in to your account with a recovery code.',
      DATA_EXPORTED: ({ who }) => `${who} exported all data of your helpdesk. The file can be downloaded for a day.`,
    },
    securityNote: 'If this was not you, choose a new password, and tell an admin of your helpdesk.',
    subject: (helpdesk) => `Your account at ${helpdesk}`,
    open: 'Open',
    answer: 'Answer this mail to reply. Everybody in the ticket reads it.',
    choose: 'You can choose in your account which mails you get.',
  },
  de: {
    sentences: {
      ASSIGNED: ({ who, reference, title }) => `${who} hat Ihnen ${reference} zugewiesen: ${title}`,
      GROUP_ASSIGNED: ({ who, reference, title }) => `${who} hat ${reference} einer Ihrer Gruppen gegeben: ${title}`,
      MENTIONED: ({ who, reference, title }) => `${who} hat Sie in ${reference} erwähnt: ${title}`,
      REPLIED: ({ who, reference, title }) => `${who} hat ${reference} kommentiert: ${title}`,
      DELIVERY_FAILED: ({ reference, title, code }) =>
        `Eine Mail von Ihnen zu ${reference} ist nicht angekommen (${code}): ${title}`,
      SEND_FAILED: ({ reference, title }) =>
        `Ihr Kommentar zu ${reference} konnte nicht gesendet werden und ist wieder ein Entwurf: ${title}`,
      MAIL_HELD: () => 'Eine eingegangene Mail wartet auf die Freigabe durch die Administration.',
      WEBHOOK_DISABLED: () => 'Ein Webhook wurde nach zu vielen Fehlern abgeschaltet.',
    },
    security: {
      NEW_SIGN_IN: ({ address }) => `Jemand hat sich aus einem neuen Netz an Ihrem Konto angemeldet: ${address}`,
      PASSWORD_CHANGED: () => 'Ihr Passwort wurde geändert.',
      PASSWORD_RESET: () => 'Ihr Passwort wurde über einen Link zurückgesetzt.',
      SESSION_ENDED: () => 'Eine Ihrer Sitzungen wurde beendet.',
      REFRESH_TOKEN_REUSED: () =>
        'Eine Ihrer Sitzungen wurde beendet: Jemand hat ein Token von ihr zum zweiten Mal benutzt.',
      MFA_ENABLED: () => 'Ihr Konto verlangt jetzt einen zweiten Faktor.',
      MFA_DISABLED: () => 'Ihr Konto verlangt keinen zweiten Faktor mehr.',
      MFA_RESET: () => 'Die Administration hat Ihren zweiten Faktor zurückgesetzt.',
      RECOVERY_CODE_USED: () => 'Jemand hat sich mit einem Wiederherstellungscode an Ihrem Konto angemeldet.',
      DATA_EXPORTED: ({ who }) =>
        `${who} hat alle Daten Ihres Helpdesks exportiert. Die Datei kann einen Tag lang heruntergeladen werden.`,
    },
    securityNote:
      'Wenn Sie das nicht waren, wählen Sie ein neues Passwort und wenden Sie sich an die Administration Ihres Helpdesks.',
    subject: (helpdesk) => `Ihr Konto bei ${helpdesk}`,
    open: 'Öffnen',
    answer: 'Antworten Sie auf diese Mail, um zu antworten. Alle im Ticket lesen es.',
    choose: 'In Ihrem Konto können Sie wählen, welche Mails Sie bekommen.',
  },
  fr: {
    sentences: {
      ASSIGNED: ({ who, reference, title }) => `${who} vous a attribué ${reference} : ${title}`,
      GROUP_ASSIGNED: ({ who, reference, title }) => `${who} a confié ${reference} à l’un de vos groupes : ${title}`,
      MENTIONED: ({ who, reference, title }) => `${who} vous a mentionné dans ${reference} : ${title}`,
      REPLIED: ({ who, reference, title }) => `${who} a commenté ${reference} : ${title}`,
      DELIVERY_FAILED: ({ reference, title, code }) =>
        `Un de vos messages concernant ${reference} n’est pas arrivé (${code}) : ${title}`,
      SEND_FAILED: ({ reference, title }) =>
        `Votre commentaire sur ${reference} n’a pas pu être envoyé et redevient un brouillon : ${title}`,
      MAIL_HELD: () => 'Un message reçu attend qu’un administrateur le libère.',
      WEBHOOK_DISABLED: () => 'Un webhook a été désactivé après trop d’échecs.',
    },
    security: {
      NEW_SIGN_IN: ({ address }) => `Quelqu’un s’est connecté à votre compte depuis un nouveau réseau : ${address}`,
      PASSWORD_CHANGED: () => 'Votre mot de passe a été changé.',
      PASSWORD_RESET: () => 'Votre mot de passe a été réinitialisé par un lien.',
      SESSION_ENDED: () => 'L’une de vos sessions a été fermée.',
      REFRESH_TOKEN_REUSED: () =>
        'L’une de vos sessions a été fermée : quelqu’un a utilisé un de ses jetons une seconde fois.',
      MFA_ENABLED: () => 'Votre compte demande désormais un second facteur.',
      MFA_DISABLED: () => 'Votre compte ne demande plus de second facteur.',
      MFA_RESET: () => 'Un administrateur a réinitialisé votre second facteur.',
      RECOVERY_CODE_USED: () => 'Quelqu’un s’est connecté à votre compte avec un code de récupération.',
      DATA_EXPORTED: ({ who }) =>
        `${who} a exporté toutes les données de votre helpdesk. Le fichier peut être téléchargé pendant un jour.`,
    },
    securityNote:
      'Si ce n’était pas vous, choisissez un nouveau mot de passe et prévenez un administrateur de votre support.',
    subject: (helpdesk) => `Votre compte chez ${helpdesk}`,
    open: 'Ouvrir',
    answer: 'Répondez à ce message pour répondre. Tous les participants du ticket le liront.',
    choose: 'Vous pouvez choisir dans votre compte les messages que vous recevez.',
  },
  es: {
    sentences: {
      ASSIGNED: ({ who, reference, title }) => `${who} le ha asignado ${reference}: ${title}`,
      GROUP_ASSIGNED: ({ who, reference, title }) => `${who} ha dado ${reference} a uno de sus grupos: ${title}`,
      MENTIONED: ({ who, reference, title }) => `${who} le ha mencionado en ${reference}: ${title}`,
      REPLIED: ({ who, reference, title }) => `${who} ha comentado ${reference}: ${title}`,
      DELIVERY_FAILED: ({ reference, title, code }) =>
        `Un mensaje suyo sobre ${reference} no ha llegado (${code}): ${title}`,
      SEND_FAILED: ({ reference, title }) =>
        `Su comentario sobre ${reference} no se ha podido enviar y vuelve a ser un borrador: ${title}`,
      MAIL_HELD: () => 'Un mensaje recibido espera a que un administrador lo libere.',
      WEBHOOK_DISABLED: () => 'Se ha desactivado un webhook tras demasiados fallos.',
    },
    security: {
      NEW_SIGN_IN: ({ address }) => `Alguien ha entrado en su cuenta desde una red nueva: ${address}`,
      PASSWORD_CHANGED: () => 'Se ha cambiado su contraseña.',
      PASSWORD_RESET: () => 'Se ha restablecido su contraseña con un enlace.',
      SESSION_ENDED: () => 'Se ha cerrado una de sus sesiones.',
      REFRESH_TOKEN_REUSED: () =>
        'Se ha cerrado una de sus sesiones: alguien ha usado uno de sus tokens por segunda vez.',
      MFA_ENABLED: () => 'Su cuenta pide ahora un segundo factor.',
      MFA_DISABLED: () => 'Su cuenta ya no pide un segundo factor.',
      MFA_RESET: () => 'Un administrador ha restablecido su segundo factor.',
      RECOVERY_CODE_USED: () => 'Alguien ha entrado en su cuenta con un código de recuperación.',
      DATA_EXPORTED: ({ who }) =>
        `${who} ha exportado todos los datos de su helpdesk. El archivo se puede descargar durante un día.`,
    },
    securityNote: 'Si no ha sido usted, elija una contraseña nueva y avise a un administrador de su servicio de ayuda.',
    subject: (helpdesk) => `Su cuenta en ${helpdesk}`,
    open: 'Abrir',
    answer: 'Responda a este mensaje para contestar. Lo leerán todos los participantes del ticket.',
    choose: 'En su cuenta puede elegir qué mensajes recibe.',
  },
};

/** Those of a locale such as `de-CH`; English where there are none. */
export const notificationTexts = (locale: string) => inLanguageOf(locale, all);
