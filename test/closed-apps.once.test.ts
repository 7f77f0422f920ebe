import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startSystem, until } from '@helpdeskly/testing';
import { expect, it } from '@jest/globals';

it('both APIs leave nothing of themselves in memory once they are closed', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const apps = await used();
  await until(() => {
    collectGarbage();
    return Promise.resolve(apps.every((app) => app.deref() === undefined));
  });
  expect(apps.map((app) => app.deref())).toEqual([undefined, undefined]);
});

/** What held a system that has served a tenant. */
async function used(): Promise<WeakRef<object>[]> {
  const system = await startSystem();
  const { admin } = await system.createTenant();
  await admin.get('/tickets');
  const apps = [system.controlApp, system.appApp].map((app) => new WeakRef<object>(app));
  await system.close();
  return apps;
}
