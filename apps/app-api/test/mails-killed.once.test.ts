import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ServiceProcess, startSystem, until, type System } from '@helpdeskly/testing';
import { openHelpdesk, openTicket, reply, type Helpdesk } from './helpdesk.js';
import { inDatabase } from './people.js';
import { SmtpRelay } from './smtp-relay.js';

let relay: SmtpRelay;
let system: System;
let desk: Helpdesk;
let ticketId: string;

beforeAll(async () => {
  relay = await SmtpRelay.start();
  system = await startSystem({
    pooled: false,
    appQueues: true,
    appWorkers: false,
    app: { MAIL_RELAY_URL: relay.url },
  });
  desk = await openHelpdesk(system);
  ({ id: ticketId } = await openTicket(desk.customer));
});
afterAll(async () => {
  await system?.close();
  await relay?.close();
});

const startWorker = () =>
  ServiceProcess.start('app-worker', {
    ...system.installation.environment,
    MAIL_RELAY_URL: relay.url,
    MAIL_SURVEY: '1s',
  });
const answer = (body: string) => reply(desk.agent, ticketId, { body });
const statusesOf = async () =>
  (await inDatabase(desk.tenant, 'SELECT "status" FROM "MailDelivery" ORDER BY "id"')).map(({ status }) => status);
/** As if the time had passed for which the killed process had the mail. */
const endLeases = () => inDatabase(desk.tenant, `UPDATE "MailDelivery" SET "dueAt" = now() WHERE "status" = 'QUEUED'`);
const messageIds = () => relay.taken.map(({ headers }) => headers.get('message-id'));

/** Kills the worker that sends a mail when the relay has got so far, and lets another one end it. */
async function killedAt(step: 'onRecipient' | 'onMail', body: string): Promise<void> {
  relay.taken.splice(0);
  const first = await startWorker();
  let reached = false;
  relay[step] = async () => {
    if (reached) return undefined;
    reached = true;
    first.signal('SIGKILL');
    await first.exit();
    return undefined;
  };
  await answer(body);
  await until(() => reached);
  await first.exit();
  expect((await statusesOf()).at(-1)).toBe('QUEUED');
  await endLeases();
  const second = await startWorker();
  await until(async () => (await statusesOf()).every((status) => status === 'SENT'));
  expect(await second.stop()).toBe(0);
}

describe('a worker that is killed while it sends a mail', () => {
  it('before the relay has the mail leaves it to the next one: it is sent once', async () => {
    await killedAt('onRecipient', 'One');
    expect(messageIds()).toHaveLength(1);
  });

  it('before it notes that the relay has the mail makes the next one send it again, with the same Message-ID', async () => {
    await killedAt('onMail', 'Two');
    const ids = messageIds();
    expect(ids).toHaveLength(2);
    expect(ids[0]).toBe(ids[1]);
  });
});

describe('a mail whose job was lost', () => {
  it('is found and sent', async () => {
    relay.taken.splice(0);
    await inDatabase(
      desk.tenant,
      `INSERT INTO "MailDelivery" ("kind", "ticketId", "commentId", "userId", "address")
       SELECT "kind", "ticketId", "commentId", "userId", "address" FROM "MailDelivery" LIMIT 1`,
    );
    const worker = await startWorker();
    await until(async () => (await statusesOf()).every((status) => status === 'SENT'));
    expect(await worker.stop()).toBe(0);
    expect(relay.taken).toHaveLength(1);
  });
});
