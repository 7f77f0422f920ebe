import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api, asAdmin, startSystem, until, type System, type TestTenant } from '@helpdeskly/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createAppApi } from 'app-api';

let system: System;
let second: NestFastifyApplication;
let secondApi: Api;
let acme: TestTenant;

beforeAll(async () => {
  system = await startSystem();
  second = await createAppApi(system.installation.appConfig({ RATE_LIMIT_USER_PER_MINUTE: '0' }));
  await second.listen(0, '127.0.0.1');
  secondApi = await Api.at(await second.getUrl());
  acme = await system.createTenant({ limits: { requestsPerMinute: 0 } });
});

afterAll(async () => {
  await second.close();
  await system.close();
});

async function roles(): Promise<string[]> {
  const { rows } = await asAdmin((admin) =>
    admin.query<{ rolname: string }>('SELECT rolname FROM pg_roles WHERE rolname LIKE $1', [`${acme.databaseName}%`]),
  );
  return rows.map(({ rolname }) => rolname);
}

describe('a credential that is rotated under load', () => {
  it('fails no request on any of two processes, writes included, and the former role goes', async () => {
    const headers = { 'x-tenant-slug': acme.slug, authorization: `Bearer ${acme.admin.accessToken}` };
    const callers = [system.app.as(headers), secondApi.as(headers)];
    const statuses = new Map<number, number>();
    let over = false;
    const client = async (number: number) => {
      const caller = callers[number % callers.length] ?? acme.admin;
      for (let turn = 0; !over; turn++) {
        const { status } =
          turn % 4 === 0
            ? await caller.post('/tickets', { title: `Of ${number}, ${turn}`, description: 'Written meanwhile.' })
            : await caller.get('/tickets?limit=2');
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    const load = Promise.all(Array.from({ length: 8 }, (_, number) => client(number)));
    try {
      for (let round = 0; round < 3; round++) {
        const [former] = await roles();
        const { status } = await system.operator.post(`/tenants/${acme.id}/credentials/rotate`);
        expect(status).toBe(202);
        await until(async () => {
          const now = await roles();
          return now.length === 1 && now[0] !== former;
        });
      }
    } finally {
      over = true;
      await load;
    }
    expect([...statuses.keys()].sort()).toEqual([200, 201]);
    const { body } = await acme.admin.get('/tickets?include=total&limit=1');
    expect(body.meta.total).toBe(statuses.get(201));
  });
});
