import { setTimeout as sleep } from 'node:timers/promises';
import {
  Api,
  owner,
  ServiceProcess,
  startSystem,
  until,
  type Caller,
  type System,
  type TestTenant,
} from '@helpdeskly/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

interface Token {
  readonly text: string;
  readonly kid: string | undefined;
}

let system: System;
let acme: TestTenant;
let processes: ServiceProcess[];
/** Each API twice: in this process, and in one of its own. */
let apps: Api[];
let controls: Api[];

beforeAll(async () => {
  system = await startSystem();
  const environment = { ...system.installation.environment, RATE_LIMIT_USER_PER_MINUTE: '0' };
  processes = [
    await ServiceProcess.start('app-api', environment),
    await ServiceProcess.start('control-api', environment),
  ];
  const [app, control] = await Promise.all(processes.map(({ origin }) => Api.at(origin)));
  apps = [system.app, app as Api];
  controls = [system.control, control as Api];
  acme = await system.createTenant();
});

afterAll(async () => {
  await Promise.all(processes.map((service) => service.stop()));
  await system.close();
});

function tokenOf(text: string): Token {
  const { kid } = JSON.parse(Buffer.from(text.split('.')[0] ?? '', 'base64url').toString()) as { kid?: string };
  return { text, kid };
}

const userToken = async () => tokenOf((await acme.signIn(acme.admin.email)).accessToken);
const ownerToken = async () => tokenOf((await system.control.as().post('/auth/login', owner)).body.accessToken);

/** What both processes of an API answer to a token. */
async function answersTo({ text }: Token, who: 'user' | 'owner'): Promise<number[]> {
  const headers = { authorization: `Bearer ${text}`, ...(who === 'user' ? { 'x-tenant-slug': acme.slug } : {}) };
  const answers = (who === 'user' ? apps : controls).map(async (api) => (await api.as(headers).get('/auth/me')).status);
  return Promise.all(answers);
}

/** A stream that a user's token opens; `next` resolves with its next event, and ends it. */
async function streamBy({ text }: Token): Promise<{ next: () => Promise<string | undefined> }> {
  const headers = { authorization: `Bearer ${text}`, 'x-tenant-slug': acme.slug };
  const { status, body } = await fetch(`${system.app.origin}/api/v1/stream`, { headers });
  expect(status).toBe(200);
  const next = async () => {
    let wire = '';
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
      wire += Buffer.from(chunk).toString();
      const [, event] = /^event: (.*)\n/m.exec(wire) ?? [];
      if (event !== undefined) return event;
    }
    return undefined;
  };
  return { next };
}

async function published(): Promise<string[][]> {
  const answers = await Promise.all(apps.map((api) => api.as().get('/.well-known/jwks.json')));
  return answers.map(({ body }) => body.keys.map(({ kid }: { kid: string }) => kid));
}

interface ShownKey {
  readonly kid: string;
  readonly purpose: string;
  readonly state: string;
  readonly createdAt: string;
  readonly notAfter: string | null;
}

const signing = async (as: Caller = system.operator): Promise<ShownKey[]> => (await as.get('/keys')).body.signing;

describe('signing keys that are replaced', () => {
  let oldUser: Token;
  let oldOwner: Token;

  it('are both published and both verify, in every process, while the former signs no more', async () => {
    [oldUser, oldOwner] = [await userToken(), await ownerToken()];
    const { status, body } = await system.operator.post('/keys/signing/rotate', {});
    expect(status).toBe(200);
    const active = body.signing.filter(({ state }: ShownKey) => state === 'ACTIVE');
    expect(active.map(({ purpose }: ShownKey) => purpose).sort()).toEqual(['OPERATOR', 'TENANT']);
    const newKid = active.find(({ purpose }: ShownKey) => purpose === 'TENANT')?.kid;
    await until(async () => (await published()).every((kids) => kids.join() === [newKid, oldUser.kid].join()));
    await until(async () => (await userToken()).kid === newKid && (await ownerToken()).kid !== oldOwner.kid);
    for (const token of [oldUser, await userToken()]) expect(await answersTo(token, 'user')).toEqual([200, 200]);
    for (const token of [oldOwner, await ownerToken()]) expect(await answersTo(token, 'owner')).toEqual([200, 200]);
    for (const token of [oldUser, oldOwner]) {
      const former = (await signing()).find(({ kid }) => kid === token.kid);
      expect(former?.state).toBe('RETIRING');
      const outlives = Date.parse(former?.notAfter ?? '') - Date.now();
      expect(outlives).toBeGreaterThan(15 * 60_000);
      expect(outlives).toBeLessThan(21 * 60_000);
    }
  });

  it('are retired when that time is over: what they signed is refused, remembered or not', async () => {
    const stream = await streamBy(oldUser);
    await system.installation.query(`UPDATE "SigningKey" SET "notAfter" = now() WHERE "notAfter" IS NOT NULL`);
    const refused = [401, 401];
    await until(async () => (await answersTo(oldUser, 'user')).join() === refused.join());
    await until(async () => (await answersTo(oldOwner, 'owner')).join() === refused.join());
    expect(await answersTo(await userToken(), 'user')).toEqual([200, 200]);
    await acme.visitor
      .with({ authorization: `Bearer ${(await userToken()).text}` })
      .post('/tickets', { title: 'x', description: 'y' });
    expect(await stream.next()).toBe('ticket.created'); // A stream outlives its token: its session lives.
    for (const kids of await published()) expect(kids).not.toContain(oldUser.kid);
    expect([await stateOfAsNewOwner(oldUser), await stateOfAsNewOwner(oldOwner)]).toEqual(['RETIRED', 'RETIRED']);
  });

  const newOwner = async () => system.control.as({ authorization: `Bearer ${(await ownerToken()).text}` });
  const stateOfAsNewOwner = async ({ kid }: Token) =>
    (await signing(await newOwner())).find((key) => key.kid === kid)?.state;

  it('are removed a day later', async () => {
    await system.installation.query(
      `UPDATE "SigningKey" SET "notAfter" = now() - interval '25 hours' WHERE "notAfter" IS NOT NULL`,
    );
    const worker = await ServiceProcess.start('control-worker', system.installation.environment);
    await until(async () => (await signing(await newOwner())).length === 2);
    await worker.stop();
    const { body } = await (await newOwner()).get('/audit-events?limit=100');
    const removed = body.data.filter(({ action }: { action: string }) => action === 'signing_key.removed');
    expect(removed.map(({ details }: { details: { kid: string } }) => details.kid).sort()).toEqual(
      [oldUser.kid, oldOwner.kid].sort(),
    );
  });

  it('refuse nobody meanwhile who signs in, refreshes and goes to another process at once', async () => {
    const caller = await newOwner();
    const refusals: unknown[] = [];
    const kids = new Set<string | undefined>();
    let over = false;
    const client = async (number: number) => {
      let { refreshToken } = await acme.signIn(acme.admin.email);
      while (!over) {
        const { status, body } = await acme.visitor.post('/auth/refresh', { refreshToken });
        ({ refreshToken } = body);
        const token = tokenOf(body.accessToken);
        kids.add(token.kid);
        const answers = await answersTo(token, 'user');
        if ([status, ...answers].some((each) => each !== 200)) refusals.push([number, status, ...answers]);
        await sleep(5);
      }
    };
    const load = Promise.all([1, 2, 3].map(client));
    await until(() => kids.size > 0);
    for (let round = 0; round < 2; round++) {
      const before = kids.size;
      const { status } = await caller.post('/keys/signing/rotate', { purpose: 'TENANT' });
      expect(status).toBe(200);
      await until(() => kids.size > before);
    }
    over = true;
    await load;
    expect(refusals).toEqual([]);
    expect(kids.size).toBeGreaterThanOrEqual(3);
  });

  it('that have leaked are revoked, with every token of theirs and no other', async () => {
    const caller = await newOwner();
    const user = await acme.signIn(acme.admin.email);
    const stolen = tokenOf(user.accessToken);
    expect(await answersTo(stolen, 'user')).toEqual([200, 200]);
    const { body } = await caller.post('/keys/signing/rotate', { purpose: 'TENANT', revoke: true });
    const valid = body.signing.filter(({ purpose, state }: ShownKey) => purpose === 'TENANT' && state !== 'RETIRED');
    expect(valid).toHaveLength(1);
    await until(async () => (await answersTo(stolen, 'user')).every((status) => status === 401));
    const { status, body: next } = await acme.visitor.post('/auth/refresh', { refreshToken: user.refreshToken });
    expect(status).toBe(200);
    expect(tokenOf(next.accessToken).kid).toBe(valid[0].kid);
    expect(await answersTo(tokenOf(next.accessToken), 'user')).toEqual([200, 200]);
    expect((await caller.get('/auth/me')).status).toBe(200);
  });
});

describe('an order to replace them', () => {
  let caller: Caller;

  beforeAll(async () => {
    caller = system.control.as({ authorization: `Bearer ${(await ownerToken()).text}` });
  });

  it.each(['VIEWER', 'OPERATOR'])('is refused to a %s', async (role) => {
    const { body } = await caller.post('/api-keys', { name: role, role });
    const answer = await system.control.as({ authorization: `Bearer ${body.key}` }).post('/keys/signing/rotate', {});
    expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
  });

  it.each([
    [{ purpose: 'NOBODY' }, 'purpose'],
    [{ revoke: 'yes' }, 'revoke'],
    [{ kid: 'mine' }, 'kid'],
  ])('is refused as %j, and nothing changes', async (body, field) => {
    const before = await signing(caller);
    const answer = await caller.post('/keys/signing/rotate', body);
    expect([answer.status, answer.body.errors[0].field]).toEqual([400, field]);
    expect(await signing(caller)).toEqual(before);
  });

  it('that is sent again under its Idempotency-Key is one order, in the audit trail too', async () => {
    const headers = { 'idempotency-key': 'once' };
    const first = await caller.post('/keys/signing/rotate', { purpose: 'TENANT' }, { headers });
    const again = await caller.post('/keys/signing/rotate', { purpose: 'TENANT' }, { headers });
    expect(again.body).toEqual(first.body);
    const { body } = await caller.get('/audit-events?limit=1');
    expect(body.data[0]).toMatchObject({
      action: 'signing_key.rotated',
      details: { purpose: 'TENANT', kid: first.body.signing[0].kid, revoked: false },
    });
  });
});
