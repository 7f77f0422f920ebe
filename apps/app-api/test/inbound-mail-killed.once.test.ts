import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import { expect, it } from '@jest/globals';
import { ServiceProcess, startSystem, until } from '@helpdeskly/testing';
import { MailZone } from './mail-zone.js';
import { inDatabase } from './people.js';

/** Kills of the process that takes mail in. */
const kills = 4;

it('files each mail once that was answered 250, though its process is killed again and again', async () => {
  const zone = await MailZone.open();
  const system = await startSystem({ appQueues: true, app: { MAIL_DNS_SERVERS: zone.address } });
  try {
    const tenant = await system.createTenant();
    const environment = { ...system.installation.environment, MAIL_SMTP_PORT: '0' };
    const accepted: string[] = [];
    const refusals: string[] = [];
    for (let round = 0; round < kills; round++) {
      const service = await ServiceProcess.start('app-mail', environment);
      const port = Number(new URL(service.origin).port);
      let killed = false;
      // As a sender's server does: what is refused for now is tried again. What was cut off may be there or not.
      const send = async (number: number) => {
        const client = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
        const subject = `Mail ${round}-${number}`;
        const mail = {
          messageId: `<${round}-${number}@open.example>`,
          date: new Date(),
          from: `p${number}@open.example`,
          to: `support@${tenant.slug}.localhost`,
          subject,
          text: subject,
        };
        const isTaken = () =>
          client.sendMail(mail).then(
            () => true,
            (error: Error) => {
              refusals.push(error.message);
              return false;
            },
          );
        while (!killed) {
          if (await isTaken()) {
            accepted.push(subject);
            break;
          }
          await sleep(100);
        }
        client.close();
      };
      await send(0);
      const before = accepted.length;
      const sending = Array.from({ length: 12 }, (_each, index) => send(index + 1));
      await until(
        () => accepted.length > before + round,
        () => refusals,
      );
      killed = true;
      service.signal('SIGKILL');
      await service.exit();
      await Promise.all(sending);
    }
    expect(accepted.length).toBeGreaterThanOrEqual(kills);
    await until(async () => {
      const waiting = await inDatabase(
        tenant,
        `SELECT FROM "InboundMail" WHERE "storedAt" IS NOT NULL AND "status" = 'RECEIVED'`,
      );
      return waiting.length === 0;
    });
    const titles = (await inDatabase(tenant, 'SELECT "title" FROM "Ticket"')).map((row) => row.title as string);
    expect(new Set(titles).size).toBe(titles.length);
    expect(titles).toEqual(expect.arrayContaining(accepted));
  } finally {
    await system.close();
    zone.close();
  }
});
