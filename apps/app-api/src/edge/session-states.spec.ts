import type { CatalogTenant } from '@helpdeskly/catalog';
import { type CurrentTenant, TenantContext } from '@helpdeskly/tenancy';
import type { TenantClient } from '@helpdeskly/tenant-db';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type SessionState, SessionStates } from './session-states.js';

const agent: SessionState = { userId: 'u', name: 'Anna', role: 'AGENT', mustSetUpMfa: false };
const customer: SessionState = { userId: 'u', name: 'Anna', role: 'CUSTOMER', mustSetUpMfa: false };

/** A database that answers when it is told to. */
class SlowDatabase {
  readonly asked: ((rows: readonly SessionState[]) => void)[] = [];
  readonly client = {
    select: () => new Promise((answer) => this.asked.push(answer)),
  } as unknown as TenantClient;

  answer(query: number, state?: SessionState): void {
    this.asked[query]?.(state === undefined ? [] : [state]);
  }
}

describe('session states', () => {
  const context = new TenantContext({ acquire: () => Promise.reject(new Error('nobody asks for a client')) });
  let states: SessionStates;
  let database: SlowDatabase;

  beforeEach(() => {
    jest.useFakeTimers();
    states = new SessionStates(context);
    database = new SlowDatabase();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const read = (tenantId = 'acme') => states.read(database.client, tenantId, 's');
  const forget = (id = 'acme') =>
    context.run({ tenant: { id } as CatalogTenant } as CurrentTenant, () => states.forget());

  async function known(state: SessionState | undefined, tenantId = 'acme'): Promise<void> {
    const reading = read(tenantId);
    database.answer(database.asked.length - 1, state);
    await reading;
  }

  it('are unknown until they are read', async () => {
    expect(states.peek('acme', 's')).toBeUndefined();
    await known(agent);
    expect(states.peek('acme', 's')).toEqual(agent);
  });

  it('are known also of sessions that have ended', async () => {
    await known(undefined);
    expect(states.peek('acme', 's')).toBeNull();
  });

  it('belong to one tenant', async () => {
    await known(agent);
    expect(states.peek('globex', 's')).toBeUndefined();
  });

  it('are known for less than half a second after they were asked for', async () => {
    const reading = read();
    jest.advanceTimersByTime(300);
    database.answer(0, agent);
    await reading;
    jest.advanceTimersByTime(199);
    expect(states.peek('acme', 's')).toEqual(agent);
    jest.advanceTimersByTime(1);
    expect(states.peek('acme', 's')).toBeUndefined();
  });

  it('are read once for all who ask at the same time', async () => {
    const readings = [read(), read(), read()];
    expect(database.asked).toHaveLength(1);
    database.answer(0, agent);
    expect(await Promise.all(readings)).toEqual([agent, agent, agent]);
  });

  it('are forgotten by a change, of its tenant alone', async () => {
    await known(agent);
    await known(agent, 'globex');
    forget();
    expect(states.peek('acme', 's')).toBeUndefined();
    expect(states.peek('globex', 's')).toEqual(agent);
  });

  it('are not remembered when a change overtook their reading', async () => {
    const reading = read();
    forget();
    database.answer(0, agent);
    expect(await reading).toEqual(agent);
    expect(states.peek('acme', 's')).toBeUndefined();
  });

  it('are read anew by who asks after a change, though another reading is under way', async () => {
    const before = read();
    forget();
    const after = read();
    database.answer(1, customer);
    expect(await after).toEqual(customer);
    expect(states.peek('acme', 's')).toEqual(customer);
    database.answer(0, agent);
    await before;
    expect(states.peek('acme', 's')).not.toEqual(agent);
  });

  it('are read anew by who asks half a second after a reading that still runs', () => {
    void read();
    jest.advanceTimersByTime(500);
    void read();
    expect(database.asked).toHaveLength(2);
  });

  it('are asked for again after a reading that failed', async () => {
    const failing = { select: () => Promise.reject(new Error('away')) };
    await expect(states.read(failing, 'acme', 's')).rejects.toThrow('away');
    await known(agent);
    expect(states.peek('acme', 's')).toEqual(agent);
  });
});
