import { describe, expect, it } from '@jest/globals';
import { ConnectionGovernor, type GovernedPool, type Turn } from './connection-governor.js';

/** A pool without sockets: its connections open and close when a test says so. */
class Slots implements GovernedPool<object> {
  opensAfter = 0;
  readonly got: string[] = [];
  private idle = 0;
  private isClosing = 0;

  constructor(
    private readonly governor: ConnectionGovernor,
    readonly tenantId: string,
    readonly max = 5,
  ) {}

  get idleCount(): number {
    return this.idle;
  }

  takeIdle(): object | undefined {
    if (this.idle === 0) return undefined;
    this.idle--;
    return {};
  }

  closeIdle(): void {
    this.idle--;
    this.isClosing++;
    this.governor.closing();
  }

  /** What it got at once: an idle connection, the permission to open one, or nothing. */
  take(): 'idle' | 'open' | undefined {
    return nameOf(this.governor.turn(this));
  }

  /** Waits in line, and adds `name` to `got` when its turn comes. */
  wait(name = this.tenantId): Promise<void> {
    return this.governor.wait(this, this.governor.arrive(), Date.now() + 60_000).then(
      (turn) => void this.got.push(`${name} ${nameOf(turn)}`),
      (error: Error) => void this.got.push(`${name} ${error.name}`),
    );
  }

  giveBack(): void {
    this.idle++;
    this.governor.released(this);
  }

  /** The server has closed what was closing. */
  finishClosing(): void {
    while (this.isClosing > 0) {
      this.isClosing--;
      this.governor.closed(this, true);
    }
  }

  lose(): void {
    this.governor.closed(this, false);
  }
}

const nameOf = (turn: Turn<object> | undefined) => (turn === undefined || turn === 'open' ? turn : 'idle');
const settled = () => new Promise((resolve) => setImmediate(resolve));
const governing = (maxConnections: number) => new ConnectionGovernor({ maxConnections, waitMs: 1000 });
/** Ends waits that would outlive their test. */
const dismiss = (governor: ConnectionGovernor, ...pools: Slots[]) =>
  pools.forEach((pool) => governor.refuse(pool, new Error('the test is over')));

describe('ConnectionGovernor', () => {
  it('lets a tenant open as many connections as its pool may have', () => {
    const governor = governing(100);
    const acme = new Slots(governor, 'acme', 2);
    expect([acme.take(), acme.take(), acme.take()]).toEqual(['open', 'open', undefined]);
    expect(governor.connections('acme')).toBe(2);
  });

  it("closes an idle connection of a full tenant's other pool for who waits in the one that it leaves", async () => {
    const governor = governing(100);
    const [former, next] = [new Slots(governor, 'acme', 2), new Slots(governor, 'acme', 2)];
    expect([former.take(), next.take()]).toEqual(['open', 'open']);
    const waited = former.wait();
    next.giveBack();
    next.finishClosing();
    await waited;
    expect([former.got, next.idleCount, governor.connections('acme')]).toEqual([['acme open'], 0, 2]);
  });

  it('closes nothing for a tenant that has all of its connections in use', async () => {
    const governor = governing(100);
    const [acme, globex] = [new Slots(governor, 'acme', 1), new Slots(governor, 'globex', 1)];
    expect([acme.take(), globex.take()]).toEqual(['open', 'open']);
    void acme.wait();
    globex.giveBack();
    await settled();
    expect([acme.got, globex.idleCount]).toEqual([[], 1]);
    dismiss(governor, acme);
  });

  it('counts the pools of one tenant together', () => {
    const governor = governing(100);
    const [old, young] = [new Slots(governor, 'acme', 2), new Slots(governor, 'acme', 2)];
    expect([old.take(), young.take(), old.take(), young.take()]).toEqual(['open', 'open', undefined, undefined]);
  });

  it('lets all tenants together open no more than the process may have', () => {
    const governor = governing(2);
    const tenants = ['acme', 'globex', 'initech'].map((name) => new Slots(governor, name));
    expect(tenants.map((tenant) => tenant.take())).toEqual(['open', 'open', undefined]);
  });

  it('prefers an idle connection to a new one', () => {
    const acme = new Slots(governing(10), 'acme');
    acme.take();
    acme.giveBack();
    expect(acme.take()).toBe('idle');
  });

  it('grants no more turns than there are connections when several come free at once', async () => {
    const governor = governing(10);
    const acme = new Slots(governor, 'acme', 2);
    acme.take();
    acme.take();
    const waiting = [acme.wait(), acme.wait(), acme.wait()];
    acme.lose();
    acme.lose();
    await Promise.all(waiting.slice(0, 2));
    expect(acme.got).toEqual(['acme open', 'acme open']);
    expect(governor.connections('acme')).toBe(2);
    dismiss(governor, acme);
  });

  it('serves those who wait for one tenant in the order in which they came', async () => {
    const acme = new Slots(governing(1), 'acme');
    acme.take();
    const waiting = ['first', 'second', 'third'].map((name) => acme.wait(name));
    expect(acme.take()).toBeUndefined();
    for (const done of waiting) {
      acme.giveBack();
      await done;
    }
    expect(acme.got).toEqual(['first idle', 'second idle', 'third idle']);
  });

  it('passes over a tenant that is at its own limit', async () => {
    const governor = governing(10);
    const acme = new Slots(governor, 'acme', 1);
    acme.take();
    const waiting = acme.wait();
    const globex = new Slots(governor, 'globex');
    expect(globex.take()).toBe('open');
    acme.giveBack();
    await waiting;
  });

  it('closes the idle connection of the tenant that was quiet longest to make room', async () => {
    const governor = governing(3);
    const tenants = ['acme', 'globex', 'initech'].map((name) => new Slots(governor, name));
    for (const tenant of tenants) tenant.take();
    for (const tenant of [tenants[1], tenants[0], tenants[2]]) tenant?.giveBack();
    const hooli = new Slots(governor, 'hooli');
    const waiting = hooli.wait();
    expect(tenants.map((tenant) => tenant.idleCount)).toEqual([1, 0, 1]);
    tenants[1]?.finishClosing();
    await waiting;
    expect(hooli.got).toEqual(['hooli open']);
  });

  it('closes one connection for one who waits, however often it deals meanwhile', () => {
    const governor = governing(3);
    const acme = new Slots(governor, 'acme', 3);
    for (let i = 0; i < 3; i++) acme.take();
    acme.giveBack();
    const globex = new Slots(governor, 'globex');
    void globex.wait();
    acme.giveBack();
    acme.giveBack();
    expect(acme.idleCount).toBe(2);
    dismiss(governor, globex);
  });

  it('gives a place to a tenant that has none before a busy one that came later goes on', async () => {
    const governor = governing(2);
    const busy = new Slots(governor, 'busy', 2);
    busy.take();
    busy.take();
    const quiet = new Slots(governor, 'quiet');
    const first = quiet.wait();
    void busy.wait();
    busy.giveBack();
    busy.finishClosing();
    await first;
    expect([quiet.got, busy.got]).toEqual([['quiet open'], []]);
    dismiss(governor, busy);
  });

  it('does not let two busy tenants take connections from each other in turn', async () => {
    const governor = governing(2);
    const [acme, globex] = [new Slots(governor, 'acme', 4), new Slots(governor, 'globex', 4)];
    for (const tenant of [acme, globex]) tenant.take();
    const waiting = [globex.wait(), acme.wait()];
    acme.giveBack();
    await waiting[1];
    expect([acme.got, globex.got]).toEqual([['acme idle'], []]);
    expect(governor.connections('acme')).toBe(1);
    dismiss(governor, globex);
  });

  it('keeps the last quarter for tenants that use none, whatever the others wait for', () => {
    const governor = governing(100);
    const stuck = Array.from({ length: 30 }, (_, index) => new Slots(governor, `stuck ${index}`));
    for (let round = 0; round < 5; round++) for (const tenant of stuck) tenant.take();
    expect(governor.connections()).toBe(75);
    const others = Array.from({ length: 25 }, (_, index) => new Slots(governor, `other ${index}`));
    expect(others.map((tenant) => tenant.take())).toEqual(others.map(() => 'open'));
    expect(others.map((tenant) => tenant.take())).toEqual(others.map(() => undefined));
  });

  it('counts what is in use, so that idle connections keep nobody from a second one', async () => {
    const governor = governing(8);
    const quiet = Array.from({ length: 7 }, (_, index) => new Slots(governor, `quiet ${index}`));
    for (const tenant of quiet) tenant.take();
    for (const tenant of quiet) tenant.giveBack();
    const busy = new Slots(governor, 'busy', 8);
    expect(busy.take()).toBe('open');
    const more = [busy.wait(), busy.wait(), busy.wait(), busy.wait(), busy.wait()];
    while (governor.connections('busy') < 6) {
      for (const tenant of quiet) tenant.finishClosing();
      await settled();
    }
    await Promise.all(more);
    expect(busy.take()).toBeUndefined();
    expect(quiet[6]?.take()).toBe('idle');
  });

  it('gives a tenant that waits for more than its share its turn when others have given back', async () => {
    const governor = governing(4);
    const [acme, globex] = [new Slots(governor, 'acme'), new Slots(governor, 'globex')];
    expect([acme.take(), acme.take(), globex.take(), globex.take()]).toEqual(['open', 'open', 'open', undefined]);
    const waiting = globex.wait();
    acme.giveBack();
    await waiting;
    expect(globex.got).toEqual(['globex open']);
    expect(acme.idleCount).toBe(1);
  });

  it('opens nothing for a role that PostgreSQL has no room for until a moment has passed, and keeps its place', async () => {
    const governor = governing(10);
    const acme = new Slots(governor, 'acme');
    acme.opensAfter = Date.now() + 30;
    expect(acme.take()).toBeUndefined();
    await acme.wait();
    expect(acme.got).toEqual(['acme open']);
    expect(Date.now()).toBeGreaterThanOrEqual(acme.opensAfter);
  });

  it('puts who must try again before those who came later', async () => {
    const governor = governing(1);
    const acme = new Slots(governor, 'acme');
    const arrival = governor.arrive();
    acme.take();
    const later = acme.wait('later');
    const again = governor.wait(acme, arrival, Date.now() + 60_000).then(() => void acme.got.push('again'));
    acme.giveBack();
    await again;
    acme.giveBack();
    await later;
    expect(acme.got).toEqual(['again', 'later idle']);
  });

  it('refuses who waited until its deadline, and forgets it', async () => {
    const governor = governing(1);
    const acme = new Slots(governor, 'acme');
    acme.take();
    await expect(governor.wait(acme, governor.arrive(), Date.now() + 5)).rejects.toMatchObject({
      code: 'tenant_connection_limit',
      retryAfter: 1,
    });
    acme.giveBack();
    await settled();
    expect([governor.waiting, acme.take()]).toEqual([0, 'idle']);
  });

  it('turns away those who wait for a pool that cannot be served', async () => {
    const governor = governing(1);
    const [acme, globex] = [new Slots(governor, 'acme'), new Slots(governor, 'globex')];
    acme.take();
    const waiting = [acme.wait(), globex.wait()];
    governor.refuse(acme, new TypeError('away'));
    await waiting[0];
    expect([acme.got, globex.got]).toEqual([['acme TypeError'], []]);
    dismiss(governor, globex);
  });
});
