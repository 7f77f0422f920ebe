import type { SendMailOptions } from 'nodemailer/lib/mailer';
import type { Automatic, MailPerson, OutgoingMail } from './relay.js';

const person = ({ name, address }: MailPerson) => ({ name, address });
const bracketed = (id: string) => `<${id}>`;

/** Exchange asks by a name of its own not to be answered. */
const automaticHeaders = ({ submitted, loop }: Automatic) => ({
  'Auto-Submitted': submitted,
  'X-Auto-Response-Suppress': 'OOF, AutoReply',
  'X-Loop': loop,
});

/** A mail as nodemailer writes it. Nothing in it is read from a file or an address. */
export function messageOf(mail: OutgoingMail): SendMailOptions {
  const { envelope, from, to, replyTo, subject, text, html, messageId, references, date, automatic, signature, files } =
    mail;
  const last = references.at(-1);
  return {
    envelope: { from: envelope.from, to: [envelope.to] },
    from: person(from),
    to: person(to),
    ...(replyTo !== undefined && { replyTo: person(replyTo) }),
    subject,
    text,
    html,
    messageId: bracketed(messageId),
    ...(last !== undefined && { inReplyTo: bracketed(last), references: references.map(bracketed) }),
    date,
    headers: automatic === undefined ? {} : automaticHeaders(automatic),
    ...(signature !== undefined && {
      dkim: {
        domainName: signature.domain,
        keySelector: signature.selector,
        privateKey: signature.privateKey,
      },
    }),
    // Else nodemailer shows messages and pictures in the text.
    attachments: files.map(({ fileName, contentType, content }) => ({
      filename: fileName,
      contentType,
      content,
      contentDisposition: 'attachment',
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
