import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected, Installation } from '@helpdeskly/testing';
import { createControlApi } from 'control-api';

/** What app-api's role may do in the control database, where its queues are. */
describe('the role of QUEUE_DATABASE_URL', () => {
  let installation: Installation;
  const start = async (more: Record<string, string> = {}) => {
    const api = await createControlApi(installation.controlConfig(more), { workers: false });
    await api.close();
  };
  beforeAll(async () => {
    installation = await Installation.create({ pooled: false, appQueues: true });
    await start();
  });
  afterAll(() => installation.remove());

  const ask = (sql: string) =>
    connected(installation.environment.QUEUE_DATABASE_URL ?? '', (client) => client.query(sql));

  it('puts jobs into the queues of app-api and takes them out', async () => {
    expect((await ask('SELECT * FROM app_queues.job')).rows).toEqual([]);
    expect((await ask('DELETE FROM app_queues.job')).rowCount).toBe(0);
  });

  it.each([
    ["the control plane's queues", 'SELECT * FROM bullmq.job'],
    ['the catalog', 'SELECT * FROM catalog.tenant'],
    ['servers and their admin secrets', 'SELECT * FROM public."DatabaseServer"'],
    ['operators', 'SELECT * FROM public."Operator"'],
  ])('does not see %s', async (_, sql) => {
    await expect(ask(sql)).rejects.toMatchObject({ code: '42501' });
  });

  it.each([
    ['tables', 'CREATE TABLE app_queues.mine ()'],
    ['functions', "CREATE FUNCTION app_queues.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'"],
    ['schemas', 'CREATE SCHEMA mine'],
    ['temporary tables', 'CREATE TEMPORARY TABLE mine ()'],
    ['roles', 'CREATE ROLE mine_too'],
  ])('makes no %s', async (_, sql) => {
    await expect(ask(sql)).rejects.toMatchObject({ code: '42501' });
  });

  it('does not change the version of the queues', async () => {
    await expect(ask('DELETE FROM app_queues.migration')).rejects.toMatchObject({ code: '42501' });
  });

  it('is no role that may do more: the start of the control API refuses it', async () => {
    const QUEUE_DATABASE_URL = installation.environment.CONTROL_DATABASE_URL ?? '';
    await expect(start({ QUEUE_DATABASE_URL })).rejects.toThrow(/^QUEUE_DATABASE_URL names the role /);
  });
});
