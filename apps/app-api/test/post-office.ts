import { once } from 'node:events';
import { connect } from 'node:net';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { expect } from '@jest/globals';
import { listenForMail } from 'app-api';
import { startSystem, until, type Caller, type System } from '@helpdeskly/testing';
import { MailZone } from './mail-zone.js';

/** A system with an SMTP listener, queues, and a zone that says who may send. */
export interface PostOffice {
  readonly system: System;
  readonly zone: MailZone;
  readonly port: number;
  /** Sends by a real client; rejects with its error, whose `responseCode` is the listener's answer. */
  send(mail: SendMailOptions): Promise<unknown>;
  close(): Promise<void>;
}

export async function openPostOffice(app: Readonly<Record<string, string>> = {}): Promise<PostOffice> {
  const zone = await MailZone.open();
  // Loopback may send for these; the first one's owner says what is to become of other mail.
  for (const domain of ['strict.example', 'open.example']) zone.texts.set(domain, 'v=spf1 ip4:127.0.0.1 -all');
  for (const domain of ['strict.example', 'guarded.example']) zone.texts.set(`_dmarc.${domain}`, 'v=DMARC1; p=reject');
  zone.texts.set('guarded.example', 'v=spf1 -all');
  const environment = { MAIL_SMTP_PORT: '0', MAIL_DNS_SERVERS: zone.address, ...app };
  const system = await startSystem({ appQueues: true, app: environment });
  const port = Number(new URL((await listenForMail(system.appApp)) ?? '').port);
  const send = (mail: SendMailOptions) => {
    const client = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
    return client.sendMail(mail).finally(() => client.close());
  };
  const close = async () => {
    await system.close();
    zone.close();
  };
  return { system, zone, port, send, close };
}

/** What became of a mail with a subject, once it waits no more. */
export async function filed(admin: Caller, subject: string): Promise<any> {
  let mail: any;
  await until(async () => {
    const { status, body } = await admin.get('/inbound-mails?limit=100');
    expect(status).toBe(200);
    mail = body.data.find((each: { subject: string | null }) => each.subject === subject);
    return mail !== undefined && mail.status !== 'RECEIVED';
  });
  return mail;
}

/** The ticket that a mail with a subject has opened or written to. */
export async function ticketOf(admin: Caller, subject: string): Promise<any> {
  const mail = await filed(admin, subject);
  expect(mail).toMatchObject({ status: 'FILED', ticketId: expect.any(String) });
  return (await admin.get(`/tickets/${mail.ticketId}`)).body;
}

/** Says these lines to a listener, and answers what it replies to each. */
export async function converse(port: number, lines: readonly string[]): Promise<string[]> {
  const socket = connect(port, '127.0.0.1');
  const answers: string[] = [];
  let heard = '';
  const reply = async () => {
    for (;;) {
      const [whole] = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/.exec(heard) ?? [];
      if (whole !== undefined) {
        heard = heard.slice(whole.length);
        return whole;
      }
      const [piece] = (await once(socket, 'data')) as [Buffer];
      heard += piece.toString();
    }
  };
  await reply();
  for (const line of lines) {
    socket.write(`${line}\r\n`);
    answers.push(await reply());
  }
  socket.destroy();
  return answers;
}
