import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceProcess, startSystem, type System, type TestTenant } from '@helpdeskly/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

let system: System;
let tenant: TestTenant;
const started: ServiceProcess[] = [];

beforeAll(async () => {
  system = await startSystem();
  tenant = await system.createTenant();
});

afterEach(async () => {
  await Promise.all(
    started.splice(0).map((service) => {
      service.signal('SIGKILL');
      return service.exit();
    }),
  );
});

afterAll(async () => {
  await system.close();
});

async function start(name: 'app-api' | 'control-api', more: Record<string, string> = {}): Promise<ServiceProcess> {
  const service = await ServiceProcess.start(name, { ...system.installation.environment, ...more });
  started.push(service);
  return service;
}

/** A ticket whose body is not there yet: how to send the rest, and what comes back. */
class SlowTicket {
  received = '';
  private readonly socket: Socket;
  private readonly body = JSON.stringify({ title: 'Slowly typed', description: 'On a train' });

  constructor(origin: string) {
    this.socket = connect(Number(new URL(origin).port), '127.0.0.1');
    this.socket.on('data', (chunk: Buffer) => (this.received += chunk.toString()));
    this.socket.on('error', () => undefined); // The process was killed.
  }

  async begin(): Promise<void> {
    const head = [
      'POST /api/v1/tickets HTTP/1.1',
      'Host: localhost',
      `X-Tenant-Slug: ${tenant.slug}`,
      `Authorization: ${tenant.admin.headers.authorization}`,
      'Content-Type: application/json',
      `Content-Length: ${this.body.length}`,
      'Expect: 100-continue', // Answered as soon as the request was accepted.
    ];
    this.socket.write(`${head.join('\r\n')}\r\n\r\n`);
    while (!this.received.includes('100 Continue')) await sleep(5);
    this.socket.write(this.body.slice(0, 5));
  }

  async finish(): Promise<string> {
    this.socket.write(this.body.slice(5));
    await new Promise((resolve) => this.socket.once('close', resolve));
    return this.received.slice(this.received.indexOf('\r\n\r\n') + 4);
  }
}

/** Resolves once nobody listens there any more. */
async function refusing(origin: string): Promise<void> {
  while ((await fetch(`${origin}/health/live`).catch(() => undefined)) !== undefined) await sleep(5);
}

const ready = async (service: ServiceProcess) => (await fetch(`${service.origin}/health/ready`)).status;

async function readinessTurns(service: ServiceProcess): Promise<void> {
  while ((await ready(service)) !== 503) await sleep(5);
}

describe.each(['app-api', 'control-api'] as const)('%s on SIGTERM', (name) => {
  it('is not ready, and still serves, for as long as a load balancer may take to notice', async () => {
    const service = await start(name, { SHUTDOWN_DRAIN_DELAY: '1s' });
    expect(await ready(service)).toBe(200);
    service.signal('SIGTERM');
    await readinessTurns(service);
    const answer = await fetch(`${service.origin}/api/v1/auth/me`, { headers: { 'x-tenant-slug': tenant.slug } });
    expect([answer.status, answer.headers.get('connection')]).toEqual([401, 'close']);
    expect(await service.exit()).toBe(0);
  });

  it('ends with 0 when nothing was cut off', async () => {
    const service = await start(name);
    expect(await service.stop()).toBe(0);
    expect(service.line(/cut off/)).toBeUndefined();
  });
});

describe('app-api on SIGTERM', () => {
  it('answers a request whose body is still on its way', async () => {
    const service = await start('app-api');
    const ticket = new SlowTicket(service.origin);
    await ticket.begin();
    service.signal('SIGTERM');
    await refusing(service.origin);
    const answer = await ticket.finish();
    expect(answer).toMatch(/^HTTP\/1\.1 201 /);
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(await service.exit()).toBe(0);
  });

  it('ends with 1 and says how many requests were cut off when the deadline is over', async () => {
    const service = await start('app-api', { SHUTDOWN_DEADLINE: '500ms' });
    const tickets = [new SlowTicket(service.origin), new SlowTicket(service.origin)];
    await Promise.all(tickets.map((ticket) => ticket.begin()));
    expect(await service.stop()).toBe(1);
    expect(service.line(/cut off/)).toMatchObject({
      cutOff: { requests: 2 },
      msg: expect.stringContaining('deadline'),
    });
  });

  it('takes a second signal at once for the first, as npm passes it on', async () => {
    const service = await start('app-api', { SHUTDOWN_DRAIN_DELAY: '500ms' });
    service.signal('SIGINT');
    service.signal('SIGTERM');
    expect(await service.exit()).toBe(0);
  });

  it('does not wait after another signal more than two seconds later', async () => {
    const service = await start('app-api', { SHUTDOWN_DEADLINE: '1h' });
    const ticket = new SlowTicket(service.origin);
    await ticket.begin();
    service.signal('SIGTERM');
    await sleep(2100);
    service.signal('SIGTERM');
    expect(await service.exit()).toBe(1);
    expect(service.line(/cut off/)).toMatchObject({ cutOff: { requests: 1 }, msg: expect.stringContaining('signal') });
  });
});
