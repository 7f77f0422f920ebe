import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  connected,
  needing,
  ServiceProcess,
  startRedis,
  startSystem,
  until,
  urlOf,
  type RunningRedis,
  type System,
} from '@helpdeskly/testing';
import { openHelpdesk, openTicket, type Helpdesk } from './helpdesk.js';
import { inDatabase } from './people.js';

interface Held {
  readonly id: string;
  readonly ticketId: string;
  readonly sendAt: string;
}

describe.each([
  ['Redis', needing('redis-server'), true],
  ['PostgreSQL', describe, false],
] as const)('comments that are sent later, with the queue in %s', (_name, suite, withRedis) => {
  suite('', () => {
    let redis: RunningRedis | undefined;
    let system: System;
    let desk: Helpdesk;
    let environment: Record<string, string>;

    beforeAll(async () => {
      if (withRedis) redis = await startRedis();
      const url: Record<string, string> = redis === undefined ? {} : { REDIS_URL: redis.url };
      system = await startSystem({ pooled: false, appQueues: true, appWorkers: false, control: url, app: url });
      environment = { ...system.installation.environment, ...url };
      desk = await openHelpdesk(system);
    });
    afterAll(async () => {
      await system?.close();
      await redis?.stop();
    });

    const startWorker = (more: Record<string, string> = {}) =>
      ServiceProcess.start('app-worker', { ...environment, ...more });
    const kill = async (service: ServiceProcess) => {
      service.signal('SIGKILL');
      await service.exit();
    };
    const hold = async (sendAfter: number): Promise<Held> => {
      const { id } = await openTicket(desk.customer);
      const sent = { body: 'Try another toner.', status: 'PENDING', sendAfter };
      const { status, body } = await desk.agent.post(`/tickets/${id}/comments`, sent);
      expect([status, body.code]).toEqual([201, undefined]);
      return body;
    };
    const undo = ({ id, ticketId }: Held) => desk.agent.delete(`/tickets/${ticketId}/comments/${id}`);
    const areSettled = async () => (await inDatabase(desk.tenant, 'SELECT FROM "HeldComment"')).length === 0;
    /** What a ticket has of a comment: its rows, events, version, and drafts of its author. */
    const traces = async ({ ticketId }: Held) => {
      const [row] = await inDatabase(
        desk.tenant,
        `SELECT (SELECT count(*)::int FROM "Comment" c WHERE c."ticketId" = t."id") AS comments,
                (SELECT count(*)::int FROM "TicketEvent" e WHERE e."ticketId" = t."id" AND e."changes" ? 'commentId') AS events,
                (SELECT count(*)::int FROM "Draft" d WHERE d."ticketId" = t."id") AS drafts, t."version", t."status"::text
           FROM "Ticket" t WHERE t."id" = $1`,
        [ticketId],
      );
      return row;
    };
    const sentOnce = { comments: 1, events: 1, drafts: 0, version: 2, status: 'PENDING' };
    const takenBack = { comments: 0, events: 0, drafts: 1, version: 1, status: 'OPEN' };

    it('are sent once when the worker is killed while it sends one', async () => {
      const held = await hold(1);
      const first = await startWorker();
      await connected(urlOf(desk.tenant.databaseName), async (client) => {
        await client.query('BEGIN');
        await client.query('SELECT FROM "Ticket" WHERE "id" = $1 FOR UPDATE', [held.ticketId]);
        const waits = `SELECT FROM pg_stat_activity WHERE "datname" = current_database() AND "wait_event_type" = 'Lock'`;
        await until(async () => (await inDatabase(desk.tenant, waits)).length > 0);
        await kill(first);
        await client.query('ROLLBACK');
      });
      expect(await traces(held)).toMatchObject({ comments: 0, version: 1 });
      const second = await startWorker();
      await until(areSettled);
      expect(await second.stop()).toBe(0);
      expect(await traces(held)).toEqual(sentOnce);
    });

    it('are sent once when workers are killed at any moment', async () => {
      const held: Held[] = [];
      for (let count = 0; count < 30; count++) held.push(await hold(1));
      for (let round = 0; round < 3; round++) {
        const worker = await startWorker();
        await sleep(Math.random() * 300);
        await kill(worker);
      }
      const last = await startWorker();
      await until(areSettled);
      expect(await last.stop()).toBe(0);
      for (const each of held) expect(await traces(each)).toEqual(sentOnce);
    });

    it('are sent when the process that took them is killed right after its answer', async () => {
      const api = await ServiceProcess.start('app-api', environment);
      const { id: ticketId } = await openTicket(desk.customer);
      const answer = await fetch(`${api.origin}/api/v1/tickets/${ticketId}/comments`, {
        method: 'POST',
        headers: { ...desk.agent.headers, 'content-type': 'application/json' },
        body: JSON.stringify({ body: 'Try another toner.', status: 'PENDING', sendAfter: 3 }),
      });
      const held = (await answer.json()) as Held;
      await kill(api);
      expect(answer.status).toBe(201);
      const worker = await startWorker();
      await until(areSettled);
      expect(await worker.stop()).toBe(0);
      expect(await traces(held)).toEqual(sentOnce);
    });

    it('are found when their job is lost', async () => {
      const held = await hold(1);
      if (redis === undefined) await system.installation.query('DELETE FROM "app_queues"."job"');
      else await redis.command('FLUSHALL');
      const worker = await startWorker({ COMMENT_SEND_SURVEY: '1s' });
      await until(areSettled);
      expect(await worker.stop()).toBe(0);
      expect(await traces(held)).toEqual(sentOnce);
    });

    it('are sent or taken back, never both, when one process sends them while another takes them back', async () => {
      const workers = [await startWorker(), await startWorker()];
      const held = await Promise.all(Array.from({ length: 40 }, () => hold(2)));
      const begins = Math.min(...held.map(({ sendAt }) => Date.parse(sendAt)));
      const answers = await Promise.all(
        held.map(async (each, index) => {
          await sleep(Math.max(0, begins + (index - 10) * 20 - Date.now()));
          return (await undo(each)).status;
        }),
      );
      await until(areSettled);
      for (const worker of workers) expect(await worker.stop()).toBe(0);
      for (const [index, each] of held.entries())
        expect([answers[index], await traces(each)]).toEqual(
          answers[index] === 204 ? [204, takenBack] : [409, sentOnce],
        );
    });
  });
});
