import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, type System, type TestTenant, type User } from '@helpdeskly/testing';

let system: System;

beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

/** Sends a ticket's headers, lets something happen, sends its body, and gives the answer. */
async function openSlowly(
  tenant: TestTenant,
  user: User,
  meanwhile: () => Promise<unknown>,
): Promise<{ status: number; code: string }> {
  const { hostname, port } = new URL(system.app.origin);
  const body = JSON.stringify({ title: 'Late', description: 'The body took its time.' });
  const socket = connect(Number(port), hostname);
  const answer = new Promise<string>((resolve, reject) => {
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
  const headers = [
    'POST /api/v1/tickets HTTP/1.1',
    `Host: ${tenant.slug}.localhost`,
    `Authorization: Bearer ${user.accessToken}`,
    'Content-Type: application/json',
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
    const answer = await openSlowly(tenant, agent, () => system.operator.post(`/tenants/${tenant.id}/suspend`, {}));
    expect(answer).toEqual({ status: 403, code: 'tenant_inactive' });
  });

  it('is refused when its user was disabled meanwhile', async () => {
    const tenant = await system.createTenant();
    const agent = await tenant.user('AGENT');
    const answer = await openSlowly(tenant, agent, () => tenant.admin.delete(`/users/${agent.id}`));
    expect(answer).toEqual({ status: 401, code: 'token_invalid' });
    expect((await tenant.admin.get('/tickets')).body.data).toEqual([]);
  });

  it('is refused when its user got another role meanwhile', async () => {
    const tenant = await system.createTenant();
    const agent = await tenant.user('AGENT');
    const answer = await openSlowly(tenant, agent, () =>
      tenant.admin.patch(`/users/${agent.id}`, { role: 'CUSTOMER' }),
    );
    expect(answer).toEqual({ status: 403, code: 'forbidden' });
  });
});
