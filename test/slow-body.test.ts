import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, type System, type TestTenant, type User } from '@helpdeskly/testing';

let system: System;

beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

interface Sending {
  readonly path: string;
  readonly type: string;
  readonly body: string;
}

const ticket: Sending = {
  path: '/tickets',
  type: 'application/json',
  body: JSON.stringify({ title: 'Late', description: 'The body took its time.' }),
};

const file: Sending = {
  path: '/attachments',
  type: 'multipart/form-data; boundary=x',
  body: '--x\r\nContent-Disposition: form-data; name="file"; filename="late"\r\n\r\nwords\r\n--x--\r\n',
};

/** Sends the headers and the first byte of a body, lets something happen, sends the rest, and gives the answer. */
async function sendSlowly(
  { path, type, body }: Sending,
  tenant: TestTenant,
  user: User,
  meanwhile: () => Promise<unknown>,
): Promise<{ status: number; code: string }> {
  const { hostname, port } = new URL(system.app.origin);
  const socket = connect(Number(port), hostname);
  const answer = new Promise<string>((resolve, reject) => {
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
  const headers = [
    `POST /api/v1${path} HTTP/1.1`,
    `Host: ${tenant.slug}.localhost`,
    `Authorization: Bearer ${user.accessToken}`,
    `Content-Type: ${type}`,
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  socket.write(`${headers.join('\r\n')}\r\n\r\n${body.slice(0, 1)}`);
  await sleep(100); // Long enough for the request to be under way.
  await meanwhile();
  await sleep(700); // What the process may remember of a session is half a second old at most.
  socket.write(body.slice(1));
  const text = await answer;
  const { code } = JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)) as { code: string };
  return { status: Number(text.split(' ', 2)[1]), code };
}

describe('a request whose body arrives late', () => {
  it('is refused when its tenant was suspended meanwhile', async () => {
    const tenant = await system.createTenant();
    const agent = await tenant.user('AGENT');
    const answer = await sendSlowly(ticket, tenant, agent, () =>
      system.operator.post(`/tenants/${tenant.id}/suspend`, {}),
    );
    expect(answer).toEqual({ status: 403, code: 'tenant_inactive' });
  });

  it('is refused when its user was disabled meanwhile', async () => {
    const tenant = await system.createTenant();
    const agent = await tenant.user('AGENT');
    const answer = await sendSlowly(ticket, tenant, agent, () => tenant.admin.delete(`/users/${agent.id}`));
    expect(answer).toEqual({ status: 401, code: 'token_invalid' });
    expect((await tenant.admin.get('/tickets')).body.data).toEqual([]);
  });

  it('is refused when its user got another role meanwhile', async () => {
    const tenant = await system.createTenant();
    const agent = await tenant.user('AGENT');
    const answer = await sendSlowly(ticket, tenant, agent, () =>
      tenant.admin.patch(`/users/${agent.id}`, { role: 'CUSTOMER' }),
    );
    expect(answer).toEqual({ status: 403, code: 'forbidden' });
  });

  it('is refused when it is a file, which is not kept', async () => {
    const tenant = await system.createTenant();
    const agent = await tenant.user('AGENT');
    const answer = await sendSlowly(file, tenant, agent, () => tenant.admin.delete(`/users/${agent.id}`));
    expect(answer).toEqual({ status: 401, code: 'token_invalid' });
    expect(await readdir(join(system.installation.attachmentsFolder, tenant.id))).toEqual([]);
  });
});
