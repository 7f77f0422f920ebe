import { randomBytes } from 'node:crypto';
import { Api, connected, Installation, owner, ServiceProcess, until, urlOf, type Caller } from '@helpdeskly/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createControlApi } from '../src/index.js';

let installation: Installation;
let control: NestFastifyApplication;
let operator: Caller;

beforeAll(async () => {
  installation = await Installation.create();
  control = await createControlApi(installation.controlConfig(), { workers: false });
  await control.listen(0, '127.0.0.1');
  const api = await Api.at(await control.getUrl());
  const { body } = await api.as().post('/auth/login', owner);
  operator = api.as({ authorization: `Bearer ${body.accessToken}` });
});

afterAll(async () => {
  await control.close();
  await installation.remove();
});

const worker = (more: Record<string, string> = {}) =>
  ServiceProcess.start('control-worker', { ...installation.environment, ...more });

async function newTenant(): Promise<string> {
  const slug = `t-${randomBytes(5).toString('hex')}`;
  const admin = { email: `admin@${slug}.example`, name: 'Ada Admin', password: 'a password of many words' };
  const { status, body } = await operator.post('/tenants', { name: slug, slug, admin });
  expect(status).toBe(202);
  return body.id;
}

/** While `work` runs, and until `release` is called, the first step of a tenant's provisioning does not get anywhere. */
function heldUp(id: string, work: (release: () => Promise<unknown>) => Promise<void>): Promise<void> {
  return connected(urlOf(installation.database), async (client) => {
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM "ProvisioningStep" WHERE "tenantId" = $1 FOR UPDATE', [id]);
    await work(() => client.query('COMMIT'));
  });
}

/** Where BullMQ has a tenant's job; undefined when it has none any more. */
async function jobState(tenantId: string): Promise<string | undefined> {
  const jobs = await installation.query<{ state: string }>(
    `SELECT state FROM bullmq.job WHERE data->>'tenantId' = $1`,
    [tenantId],
  );
  return jobs[0]?.state;
}

const statusOf = async (id: string): Promise<string> => (await operator.get(`/tenants/${id}`)).body.status;

describe('a worker on SIGTERM', () => {
  it('finishes the job that it has begun', async () => {
    const id = await newTenant();
    await heldUp(id, async (release) => {
      const process = await worker();
      await until(async () => (await jobState(id)) === 'active');
      process.signal('SIGTERM');
      await until(() => process.line(/^shutting down$/) !== undefined);
      await release();
      expect(await process.exit()).toBe(0);
    });
    expect(await statusOf(id)).toBe('ACTIVE');
  });

  it('gives a job back that takes longer than the deadline, which fails no tenant', async () => {
    const id = await newTenant();
    await heldUp(id, async () => {
      const first = await worker({ SHUTDOWN_DEADLINE: '500ms' });
      await until(async () => (await jobState(id)) === 'active');
      expect(await first.stop()).toBe(1);
      expect(first.line(/cut off/)).toMatchObject({ cutOff: { jobs: 1 } });
      expect(await jobState(id)).toBe('waiting');
      expect(await statusOf(id)).toBe('PROVISIONING');
    });
    const second = await worker();
    await until(async () => (await statusOf(id)) !== 'PROVISIONING');
    expect(await statusOf(id)).toBe('ACTIVE');
    expect(await second.stop()).toBe(0);
  });
});
