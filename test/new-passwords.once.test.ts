import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, type Answer, type System, type TestTenant } from '@helpdeskly/testing';

let system: System;
let tenant: TestTenant;

beforeAll(async () => {
  system = await startSystem();
  tenant = await system.createTenant({ slug: 'globex-desk' });
});
afterAll(() => system?.close());

const password = 'a password of many words';
const unique = () => randomBytes(5).toString('hex');
const email = () => `hank.scorpio@${unique()}.example`;
const name = 'Hank Scorpio';

async function invitedUser(): Promise<(chosen: string) => Promise<Answer>> {
  const { body: user } = await tenant.admin.post('/users', { email: email(), name, role: 'AGENT' });
  const { body } = await tenant.admin.post(`/users/${user.id}/invitation`);
  return (chosen) => tenant.visitor.post('/auth/invitations/accept', { token: body.token, password: chosen });
}

async function invitedOperator(): Promise<(chosen: string) => Promise<Answer>> {
  const { body } = await system.operator.post('/operators', { email: email(), name, role: 'VIEWER' });
  return (chosen) =>
    system.control.as().post('/auth/invitations/accept', { token: body.invitation.token, password: chosen });
}

async function signedInUser(): Promise<(chosen: string) => Promise<Answer>> {
  const user = await tenant.user('AGENT', name);
  return (newPassword) => user.post('/auth/password', { currentPassword: password, newPassword });
}

async function signedInOperator(): Promise<(chosen: string) => Promise<Answer>> {
  const address = email();
  await system.operator.post('/operators', { email: address, name, role: 'VIEWER', password });
  const { body } = await system.control.as().post('/auth/login', { email: address, password });
  const operator = system.control.as({ authorization: `Bearer ${body.accessToken}` });
  return (newPassword) => operator.post('/auth/password', { currentPassword: password, newPassword });
}

/** Every route that sets a password, the path of the field, and what the account belongs to. */
const places: readonly [string, string, string, () => Promise<(chosen: string) => Promise<Answer>>][] = [
  [
    'POST /users',
    'password',
    'globex-desk',
    async () => (chosen) => tenant.admin.post('/users', { email: email(), name, role: 'AGENT', password: chosen }),
  ],
  ['POST /auth/invitations/accept of a tenant', 'password', 'globex-desk', invitedUser],
  ['POST /auth/password of a tenant', 'newPassword', 'Tenant globex-desk', signedInUser],
  [
    'POST /tenants',
    'admin.password',
    'globex-desk-2',
    async () => (chosen) =>
      system.operator.post('/tenants', {
        slug: 'globex-desk-2',
        name: 'Globex',
        admin: { email: email(), name, password: chosen },
      }),
  ],
  [
    'POST /operators',
    'password',
    'Helpdeskly',
    async () => (chosen) =>
      system.operator.post('/operators', { email: email(), name, role: 'VIEWER', password: chosen }),
  ],
  ['POST /auth/invitations/accept of the control API', 'password', 'Helpdeskly', invitedOperator],
  ['POST /auth/password of the control API', 'newPassword', 'Helpdeskly', signedInOperator],
];

describe('a password that is easily guessed', () => {
  it.each(places)('is refused by %s, which takes another one then', async (_, field, place, prepare) => {
    const set = await prepare();
    const codes: string[] = [];
    for (const chosen of ['123456789012', 'Password1234', 'hank.scorpio', 'ScorpioHank99', `12${place}34`]) {
      const { status, body } = await set(chosen);
      expect([status, body.code, body.errors?.length, body.errors?.[0]?.field]).toEqual([
        400,
        'validation_failed',
        1,
        field,
      ]);
      codes.push(body.errors[0].code);
    }
    expect(codes).toEqual(['too_simple', 'too_common', 'too_personal', 'too_personal', 'too_personal']);
    expect((await set('beware of the doomsday')).status).toBeLessThan(300);
  });

  it('is weighed by the name that an invited person chooses, too', async () => {
    const { body: user } = await tenant.admin.post('/users', { email: email(), name, role: 'CUSTOMER' });
    const { body } = await tenant.admin.post(`/users/${user.id}/invitation`);
    const accept = (chosen: string) =>
      tenant.visitor.post('/auth/invitations/accept', {
        token: body.token,
        password: chosen,
        name: 'Montgomery Burns',
      });
    expect((await accept('montgomeryburns')).body.errors[0].code).toBe('too_personal');
    expect((await accept('shaken, not stirred')).status).toBe(200);
  });
});
