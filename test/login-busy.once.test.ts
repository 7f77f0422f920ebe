import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { owner, parseExposition, seriesOf, startSystem, type System, type TestTenant } from '@helpdeskly/testing';
import { Passwords } from '../libs/auth/src/index.js';
import { Metrics } from '../libs/service/src/index.js';

let system: System;
let tenant: TestTenant;

beforeAll(async () => {
  system = await startSystem();
  tenant = await system.createTenant();
});
afterAll(() => system?.close());

describe('a login when the line of those who wait for their password to be hashed is full', () => {
  const login = {
    control: () => system.control.as().post('/auth/login', owner),
    app: () => tenant.visitor.post('/auth/login', { email: tenant.admin.email, password: 'a password of many words' }),
  };

  it.each(['control', 'app'] as const)('is refused at once with 503, counted, and let in later: %s', async (which) => {
    const app = which === 'control' ? system.controlApp : system.appApp;
    const passwords = app.get(Passwords, { strict: false });
    const metric = async (name: string) => {
      const { samples } = parseExposition(await app.get(Metrics, { strict: false }).registry.metrics());
      const series = `helpdeskly_password_hashing_${name}{kind="guess"}`;
      return samples.find((sample) => seriesOf(sample) === series)?.value;
    };
    // More than may run and wait. Whoever is done comes again at once, so that the line stays full until it is let go.
    let going = true;
    const lane = async () => {
      let sentAway = 0;
      while (going)
        await passwords.verify(undefined, 'x').catch(() => {
          sentAway++;
          return nextTurn();
        });
      return sentAway;
    };
    const crowd = Array.from({ length: 140 }, lane);
    const { status, body, headers } = await login[which]();
    expect([status, body.code]).toEqual([503, 'login_busy']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await metric('waiting')).toBeGreaterThan(0);
    going = false;
    const sentAway = (await Promise.all(crowd)).reduce((sum, each) => sum + each, 0);
    expect(sentAway).toBeGreaterThan(0);
    expect(await metric('refusals_total')).toBe(sentAway + 1);
    expect(await metric('waiting')).toBe(0);
    expect((await login[which]()).status).toBe(200);
  });
});
