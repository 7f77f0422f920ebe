import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  needing,
  ServiceProcess,
  startRedis,
  startSystem,
  until,
  type Answer,
  type Caller,
  type RunningRedis,
  type System,
} from '@helpdeskly/testing';
import { openHelpdesk, openTicket, reply, type Helpdesk } from './helpdesk.js';
import { Listener, type Heard } from './streaming.js';

const unlimited = { RATE_LIMIT_USER_PER_MINUTE: '0', RATE_LIMIT_TENANT_PER_MINUTE: '0' };

/** A client that connects again wherever somebody answers, with the last cursor, until it is told to stop. */
class Follower {
  readonly events: Heard[] = [];
  readonly wires: string[] = [];
  private current: Listener | undefined;
  private aborting = new AbortController();
  private over = false;
  private readonly going: Promise<void>;

  constructor(
    private readonly caller: Caller,
    private readonly origin: () => string,
    private last: string,
  ) {
    this.going = this.go();
  }

  /** Whether it is answered already or still waits. */
  cut(): void {
    this.aborting.abort();
  }

  /** Ends it when it has heard so many events. */
  async end(count: number): Promise<readonly Heard[]> {
    const all = () => this.events.length + (this.current?.events.length ?? 0);
    await until(
      () => all() >= count,
      () => [all(), count],
    );
    this.over = true;
    this.cut();
    await this.going;
    return this.events;
  }

  private async go(): Promise<void> {
    while (!this.over) {
      try {
        this.aborting = new AbortController();
        const stream = await Listener.open(this.origin(), this.caller, { last: this.last, aborting: this.aborting });
        this.current = stream;
        await until(() => stream.ended);
        this.current = undefined;
        this.events.push(...stream.events);
        this.wires.push(stream.wire);
        this.last = stream.last ?? this.last;
      } catch {
        // Nobody answers there.
      }
      await sleep(20);
    }
  }
}

describe.each([
  ['Redis', needing('redis-server'), true],
  ['NOTIFY', describe, false],
] as const)('streams of several processes, with %s', (_name, suite, withRedis) => {
  suite('', () => {
    let redis: RunningRedis | undefined;
    let system: System;
    let desk: Helpdesk;
    let environment: Record<string, string>;
    let processes: ServiceProcess[] = [];
    const listeners: Listener[] = [];

    const start = () => ServiceProcess.start('app-api', environment);
    const kill = async (service: ServiceProcess) => {
      service.signal('SIGKILL');
      await service.exit();
    };
    const at =
      ({ origin }: ServiceProcess, caller: Caller) =>
      async (method: string, path: string, body?: object) => {
        const sent = body === undefined ? {} : { body: JSON.stringify(body) };
        const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
        const answer = await fetch(`${origin}/api/v1${path}`, {
          method,
          ...sent,
          headers: { ...caller.headers, ...type },
          signal: AbortSignal.timeout(60_000),
        });
        return { status: answer.status, body: await answer.text() };
      };
    const listen = async (service: ServiceProcess, caller: Caller) => {
      const listener = await Listener.open(service.origin, caller);
      listeners.push(listener);
      return listener;
    };
    const origin = () => processes[Math.floor(Math.random() * processes.length)]?.origin ?? '';

    beforeAll(async () => {
      if (withRedis) redis = await startRedis();
      const url: Record<string, string> = redis === undefined ? {} : { REDIS_URL: redis.url };
      system = await startSystem({ pooled: false, control: url, app: url });
      environment = { ...system.installation.environment, ...url, ...unlimited };
      processes = await Promise.all([start(), start()]);
      desk = await openHelpdesk(system);
    });
    afterEach(() => {
      for (const listener of listeners.splice(0)) listener.hang();
    });
    afterAll(async () => {
      await Promise.all(processes.map((service) => service.stop()));
      await system?.close();
      await redis?.stop();
    });

    it('tell in each process of what is written in the other', async () => {
      const [first, second] = processes as [ServiceProcess, ServiceProcess];
      const streams = [await listen(first, desk.agent), await listen(second, desk.admin)];
      const opening = { title: 'x', description: 'y' };
      expect((await at(first, desk.agent)('POST', '/tickets', opening)).status).toBe(201);
      for (const stream of streams) await stream.heard(1);
      expect((await at(second, desk.agent)('POST', '/tickets', opening)).status).toBe(201);
      for (const stream of streams) await stream.heard(2);
    });

    it('end in each process with a session or a user that ends in the other', async () => {
      const [first, second] = processes as [ServiceProcess, ServiceProcess];
      const [one, two] = [await desk.tenant.user('AGENT'), await desk.tenant.user('AGENT')];
      const [left, right] = [await listen(first, one), await listen(first, two)];
      expect((await at(second, one)('POST', '/auth/logout')).status).toBe(204);
      await until(() => left.ended);
      expect((await at(second, desk.admin)('PATCH', `/users/${two.id}`, { status: 'DISABLED' })).status).toBe(200);
      await until(() => right.ended);
    });

    it('end with `reconnect` before a process does, which waits for none of them', async () => {
      const third = await start();
      const stream = await listen(third, desk.agent);
      expect(await third.stop()).toBe(0);
      await until(() => stream.ended);
      expect(stream.blocks.at(-1)).toEqual({ event: 'reconnect', data: {}, retry: expect.any(Number) });
    });

    it('have the events of a process that is killed as it answers', async () => {
      const [first] = processes as [ServiceProcess];
      const third = await start();
      const stream = await listen(first, desk.agent);
      const answers = Array.from({ length: 10 }, () =>
        at(third, desk.agent)('POST', '/tickets', { title: 'x', description: 'y' }).catch(() => undefined),
      );
      await Promise.race(answers);
      await kill(third);
      await Promise.all(answers);
      const written = async () => (await desk.admin.get('/tickets?include=total&limit=1')).body.meta.total as number;
      const heard = new Set<string>();
      const before = (await desk.admin.get('/events?limit=100')).body.data.length as number;
      expect(before).toBe(await written());
      await until(() => {
        for (const { data } of stream.events) heard.add(data.ticketId);
        return heard.size === before - 2;
      });
    });

    it('end in each process with their tenant’s service, and narrow with a role that another process takes', async () => {
      const [first, second] = processes as [ServiceProcess, ServiceProcess];
      const other = await openHelpdesk(system);
      const agent = await other.tenant.user('AGENT');
      const streams = [await listen(first, agent), await listen(second, other.customer)];
      expect((await at(second, other.admin)('PATCH', `/users/${agent.id}`, { role: 'CUSTOMER' })).status).toBe(200);
      await openTicket(other.stranger);
      const own = await openTicket(other.admin, { authorId: agent.id, priority: 'HIGH' });
      const [event] = await (streams[0] as Listener).heard(1);
      expect([event?.data.ticketId, event?.data.fields]).toEqual([own.id, expect.not.arrayContaining(['priority'])]);
      expect((await system.operator.post(`/tenants/${other.tenant.id}/suspend`)).status).toBe(200);
      await until(() => streams.every(({ ended }) => ended));
    });

    it('lose and repeat nothing while clients, processes and messages are cut off under twenty writers', async () => {
      const tickets: any[] = [];
      for (let n = 0; n < 6; n++) tickets.push(await openTicket(n % 2 === 0 ? desk.customer : desk.stranger));
      const { nextCursor } = await endOfFeed(desk.admin);
      const viewers = [desk.agent, desk.admin, desk.agent, desk.customer, desk.customer, desk.stranger];
      const followers = viewers.map((viewer) => new Follower(viewer, origin, nextCursor));
      const notes: string[] = [];
      let writing = 20;
      const writers = Promise.all(
        Array.from({ length: 20 }, async (_, writer) => {
          for (let n = 0; n < 12; n++) {
            const { id } = tickets[(writer + n) % tickets.length];
            const visibility = n % 2 === 0 ? 'INTERNAL' : 'PUBLIC';
            const comment = await reply(desk.agent, id, { body: `${writer}/${n}`, visibility });
            if (visibility === 'INTERNAL') notes.push(comment.id);
            const send = processes[writer % processes.length];
            if (send !== undefined)
              await at(send, desk.agent)('PATCH', `/tickets/${id}`, { tags: [`t${writer}-${n}`] }).catch(
                () => undefined,
              );
          }
          writing--;
        }),
      );
      const chaos = [
        async () => followers.forEach((follower) => follower.cut()),
        async () => {
          const [gone] = processes.splice(0, 1);
          if (gone !== undefined) await kill(gone);
          processes.push(await start());
        },
        async () => {
          if (redis === undefined) return;
          await redis.process.end('SIGKILL');
          await sleep(200);
          await redis.process.start();
        },
        async () => {
          await Promise.all(processes.splice(0).map(kill));
          processes.push(...(await Promise.all([start(), start()])));
        },
      ];
      for (let round = 0; writing > 0 || round < chaos.length; round++) await chaos[round % chaos.length]?.();
      await writers;
      const all = await readFeed(desk.admin, nextCursor);
      const seen = new Map<Caller, readonly string[]>();
      for (const viewer of new Set(viewers)) seen.set(viewer, await cursorsFor(viewer, desk, all, tickets));
      for (const [index, follower] of followers.entries()) {
        const viewer = viewers[index] as Caller;
        const due = seen.get(viewer) ?? [];
        const events = await follower.end(due.length);
        expect(events.map(({ id }) => id)).toEqual(due);
        if (viewer === desk.customer || viewer === desk.stranger)
          for (const note of notes) expect(follower.wires.join('')).not.toContain(note);
      }
    });
  });
});

async function readFeed(caller: Caller, after: string): Promise<any[]> {
  const events: any[] = [];
  for (let cursor = after; ;) {
    const { body } = await caller.get(`/events?limit=100&after=${cursor}`);
    events.push(...body.data);
    if (!body.meta.hasMore) return events;
    cursor = body.meta.nextCursor;
  }
}

async function endOfFeed(caller: Caller): Promise<{ nextCursor: string }> {
  let meta = (await caller.get('/events?limit=100')).body.meta;
  while (meta.hasMore) meta = (await caller.get(`/events?limit=100&after=${meta.nextCursor}`)).body.meta;
  return meta;
}

/** The cursors of those events that a viewer may see, in the order of the feed. */
async function cursorsFor(viewer: Caller, { agent, admin }: Helpdesk, all: any[], tickets: any[]): Promise<string[]> {
  if (viewer === agent || viewer === admin) return all.map(({ cursor }) => cursor);
  const visible = new Set<string>();
  for (const { id } of tickets) {
    let after: string | null = '';
    while (after !== null) {
      const { status, body }: Answer = await viewer.get(
        `/tickets/${id}/events?limit=100${after === '' ? '' : `&cursor=${after}`}`,
      );
      if (status === 404) break;
      for (const event of body.data) visible.add(event.id);
      after = body.meta.nextCursor;
    }
  }
  return all.filter(({ id }) => visible.has(id)).map(({ cursor }) => cursor);
}
