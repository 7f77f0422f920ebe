import { createTransport } from 'nodemailer';
import { messageOf } from './mail-message.js';
import type { OutboxFolder } from './outbox-folder.js';
import { Relay, type OutgoingMail } from './relay.js';

/** Keeps mails in a folder in place of a relay. */
export class OutboxRelay extends Relay {
  private readonly transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

  constructor(private readonly folder: OutboxFolder) {
    super();
  }

  async send(mail: OutgoingMail): Promise<void> {
    const { message } = await this.transport.sendMail(messageOf(mail));
    const { envelope, from, subject, text, html } = mail;
    const source = (message as Buffer).toString(); // `buffer` makes it one.
    const sender = `${from.name} <${from.address}>`;
    await this.folder.put({
      at: new Date().toISOString(),
      from: sender,
      to: envelope.to,
      subject,
      text,
      html,
      source,
    });
  }
}
