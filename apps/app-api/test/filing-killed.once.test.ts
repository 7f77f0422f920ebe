import pg from 'pg';
import { createTransport } from 'nodemailer';
import { expect, it } from '@jest/globals';
import { listenForMail } from 'app-api';
import { ServiceProcess, startSystem, until, urlOf, type System, type TestTenant } from '@helpdeskly/testing';
import { MailZone } from './mail-zone.js';
import { inDatabase } from './people.js';
import { SmtpRelay } from './smtp-relay.js';

/** Holds up whoever comes to a point of filing, in the tenant's database itself: no line of the worker knows of it. */
const tripwires = `
  CREATE TABLE test_tripwire (point text);
  CREATE FUNCTION test_trip() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
  BEGIN
    IF EXISTS (SELECT FROM test_tripwire WHERE point = TG_ARGV[0]) THEN PERFORM pg_advisory_xact_lock_shared(4711); END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER test_try BEFORE UPDATE ON "InboundMail" FOR EACH ROW
    WHEN (NEW."attempts" > OLD."attempts") EXECUTE FUNCTION test_trip('the note of the try');
  CREATE TRIGGER test_sender BEFORE INSERT ON "User" FOR EACH ROW EXECUTE FUNCTION test_trip('the sender');
  CREATE TRIGGER test_file BEFORE INSERT ON "Attachment" FOR EACH ROW
    WHEN (NOT NEW."raw") EXECUTE FUNCTION test_trip('the row of a file');
  CREATE TRIGGER test_ticket BEFORE INSERT ON "Ticket" FOR EACH ROW EXECUTE FUNCTION test_trip('the ticket');
  CREATE TRIGGER test_raw BEFORE INSERT ON "Attachment" FOR EACH ROW
    WHEN (NEW."raw") EXECUTE FUNCTION test_trip('the message as a file');
  CREATE TRIGGER test_given BEFORE UPDATE ON "Attachment" FOR EACH ROW
    WHEN (NEW."openingOfId" IS NOT NULL AND OLD."openingOfId" IS NULL) EXECUTE FUNCTION test_trip('the files'' owner');
  CREATE TRIGGER test_message BEFORE INSERT ON "MailMessage" FOR EACH ROW EXECUTE FUNCTION test_trip('what the mail said');
  CREATE TRIGGER test_event BEFORE INSERT ON "TicketEvent" FOR EACH ROW EXECUTE FUNCTION test_trip('the ticket''s event');
  CREATE TRIGGER test_answer BEFORE INSERT ON "MailDelivery" FOR EACH ROW EXECUTE FUNCTION test_trip('the automatic answer');
  CREATE TRIGGER test_filed BEFORE UPDATE ON "InboundMail" FOR EACH ROW
    WHEN (NEW."status" = 'FILED') EXECUTE FUNCTION test_trip('the note that it is filed');
  CREATE CONSTRAINT TRIGGER test_commit AFTER UPDATE ON "InboundMail" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW."status" = 'FILED') EXECUTE FUNCTION test_trip('the commit');
  GRANT SELECT ON test_tripwire TO PUBLIC;`;

const points = [
  'the note of the try',
  'the sender',
  'the row of a file',
  'the ticket',
  'the message as a file',
  "the files' owner",
  'what the mail said',
  "the ticket's event",
  'the automatic answer',
  'the note that it is filed',
  'the commit',
];

/** One works on four tenants at a time: together they reach every point. */
const workers = 3;

interface Held {
  readonly point: string;
  readonly tenant: TestTenant;
  /** Ends to let whoever waits there go on. */
  readonly holder: pg.Client;
}

/** A tenant whose mail is held up at a point of its filing. */
async function heldAt(system: System, point: string): Promise<Held> {
  const tenant = await system.createTenant();
  const { body } = await tenant.admin.get('/mailboxes');
  expect((await tenant.admin.patch(`/mailboxes/${body.data[0].id}`, { autoReply: true })).status).toBe(200);
  await inDatabase(tenant, tripwires);
  await inDatabase(tenant, 'INSERT INTO test_tripwire VALUES ($1)', [point]);
  const holder = new pg.Client(urlOf(tenant.databaseName));
  await holder.connect();
  await holder.query('SELECT pg_advisory_lock(4711)');
  return { point, tenant, holder };
}

async function isReached({ holder }: Held): Promise<boolean> {
  const { rows } = await holder.query(
    `SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
      WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.objid = 4711 AND NOT l.granted`,
  );
  return rows.length > 0;
}

/** What killed workers had asked for ends, and their mail is due: as if the time had passed for which they had it. */
async function release({ tenant, holder }: Held): Promise<void> {
  await inDatabase(tenant, 'DELETE FROM test_tripwire');
  await holder.end();
  await inDatabase(tenant, 'SELECT pg_advisory_lock(4711)');
  await inDatabase(tenant, `UPDATE "InboundMail" SET "dueAt" = now() WHERE "status" = 'RECEIVED'`);
}

async function madeIn(tenant: TestTenant): Promise<Record<string, number>> {
  const [made] = await inDatabase(
    tenant,
    `SELECT (SELECT count(*)::int FROM "InboundMail" WHERE "status" = 'FILED') AS filed,
            (SELECT count(*)::int FROM "InboundMail" WHERE "status" <> 'FILED') AS waiting,
            (SELECT count(*)::int FROM "User" WHERE "role" = 'CUSTOMER') AS senders,
            (SELECT count(*)::int FROM "Ticket") AS tickets,
            (SELECT count(*)::int FROM "TicketEvent" WHERE "type" = 'CREATED') AS created,
            (SELECT count(*)::int FROM "MailMessage") AS messages,
            (SELECT count(*)::int FROM "Attachment" WHERE "raw") AS raws,
            (SELECT count(*)::int FROM "Attachment" WHERE NOT "raw" AND "openingOfId" IS NOT NULL) AS files,
            (SELECT count(*)::int FROM "MailDelivery" WHERE "kind" = 'RECEIVED') AS answers`,
  );
  return made;
}

const once = { filed: 1, waiting: 0, senders: 1, tickets: 1, created: 1, messages: 1, raws: 1, files: 1, answers: 1 };

it('files a mail once, with all that belongs to it, though its worker is killed at any of its steps', async () => {
  const [zone, relay] = [await MailZone.open(), await SmtpRelay.start()];
  zone.texts.set('open.example', 'v=spf1 ip4:127.0.0.1 -all');
  const mail = { MAIL_DNS_SERVERS: zone.address, MAIL_RELAY_URL: relay.url, MAIL_SURVEY: '1s' };
  const app = { ...mail, TENANT_QUERY_TIMEOUT_MS: '300000' };
  const system = await startSystem({
    pooled: false,
    appQueues: true,
    appWorkers: false,
    app: { ...app, MAIL_SMTP_PORT: '0' },
  });
  try {
    const port = Number(new URL((await listenForMail(system.appApp)) ?? '').port);
    const held: Held[] = [];
    for (const point of points) held.push(await heldAt(system, point));
    const start = () => ServiceProcess.start('app-worker', { ...system.installation.environment, ...app });
    const killed = await Promise.all(Array.from({ length: workers }, start));
    const client = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
    for (const { tenant } of held)
      await client.sendMail({
        from: 'Wanda <wanda@open.example>',
        to: `support@${tenant.slug}.localhost`,
        subject: 'It does not print',
        text: 'See the picture.',
        attachments: [{ filename: 'picture.txt', content: 'A blank page.' }],
      });
    client.close();
    await until(async () => (await Promise.all(held.map(isReached))).every(Boolean));
    for (const worker of killed) worker.signal('SIGKILL');
    await Promise.all(killed.map((worker) => worker.exit()));
    for (const each of held) await release(each);
    const worker = await start();
    for (const { point, tenant } of held) {
      await until(async () => (await madeIn(tenant))['waiting'] === 0);
      expect({ point, ...(await madeIn(tenant)) }).toEqual({ point, ...once });
    }
    await until(() => relay.taken.length >= points.length);
    expect(await worker.stop()).toBe(0);
    expect(relay.taken).toHaveLength(points.length);
  } finally {
    await system.close();
    await relay.close();
    zone.close();
  }
});
