import { connected, startSystem, urlOf, type System, type TestTenant } from '@helpdeskly/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { walk } from './helpdesk.js';
import { inDatabase, invited, password } from './people.js';

let system: System;
let tenant: TestTenant;

beforeAll(async () => {
  system = await startSystem({ app: { TRUSTED_PROXIES: '127.0.0.1' } });
  tenant = await system.createTenant();
});
afterAll(() => system?.close());

const eventsOf = async (query = ''): Promise<any[]> =>
  (await tenant.admin.get(`/audit-events?limit=100${query}`)).body.data;
const told = async (query: string) => (await eventsOf(query)).map(({ type }) => type);

describe("a tenant's audit trail", () => {
  it('tells of sign-ins, sign-outs and changed passwords, from where', async () => {
    const user = await tenant.user('AGENT');
    const away = tenant.visitor.with({ 'x-forwarded-for': '198.51.100.7' });
    const { body } = await away.post('/auth/login', { email: user.email, password });
    await user.post('/auth/password', { currentPassword: password, newPassword: 'beware of the doomsday' });
    await user.post('/auth/logout');
    expect(await told(`&actor=${user.id}&sort=createdAt`)).toEqual([
      'SIGNED_IN',
      'SIGNED_IN',
      'PASSWORD_CHANGED',
      'SIGNED_OUT',
    ]);
    const [, , fromAway] = await eventsOf(`&actor=${user.id}`);
    expect(fromAway).toMatchObject({
      actor: { type: 'USER', id: user.id, name: user.name },
      subject: { id: body.user.id },
      address: '198.51.100.7',
      requestId: expect.any(String),
    });
  });

  it('tells once of a refresh token that was shown again, whose session it ended, and from where', async () => {
    const user = await tenant.user('AGENT');
    const thief = tenant.visitor.with({ 'x-forwarded-for': '198.51.100.9' });
    const refresh = (refreshToken: string) => thief.post('/auth/refresh', { refreshToken });
    const { body } = await refresh(user.refreshToken);
    const replays = await Promise.all([1, 2, 3].map(() => refresh(user.refreshToken)));
    expect(replays.map((answer) => answer.body.code)).toEqual(replays.map(() => 'refresh_token_reused'));
    expect((await refresh(body.refreshToken)).status).toBe(401);
    await refresh('hdr_never_issued');
    expect(await eventsOf('&type=refresh_token_reused')).toMatchObject([
      {
        actor: { type: 'UNKNOWN', id: null },
        subject: { id: user.id, name: user.name },
        address: '198.51.100.9',
        details: { sessionId: expect.any(String) },
      },
    ]);
    expect(JSON.stringify(await eventsOf('&type=refresh_token_reused'))).not.toContain(user.refreshToken);
  });

  it('tells who let the customers of an organization see each other’s tickets, and who ended it', async () => {
    const agent = await tenant.user('AGENT');
    const { body: open } = await agent.post('/organizations', { name: 'Open from the start', shared: true });
    const { body: later } = await agent.post('/organizations', { name: 'Opened later' });
    const change = (fields: object) => tenant.admin.patch(`/organizations/${later.id}`, fields);
    for (const fields of [{ shared: true }, { shared: true }, { name: 'Renamed' }, { shared: false }])
      await change(fields);
    await tenant.admin.delete(`/organizations/${later.id}`);
    await tenant.admin.delete(`/organizations/${open.id}`);
    const events = await eventsOf('&type=organization_sharing_changed&sort=createdAt');
    expect(
      events.map(({ actor, details }) => [actor.id, details.organizationId, details.name, details.changes]),
    ).toEqual([
      [agent.id, open.id, 'Open from the start', { shared: { from: false, to: true } }],
      [tenant.admin.id, later.id, 'Opened later', { shared: { from: false, to: true } }],
      [tenant.admin.id, later.id, 'Renamed', { shared: { from: true, to: false } }],
      [tenant.admin.id, open.id, 'Open from the start', { shared: { from: true, to: false } }],
    ]);
  });

  it('tells of failed sign-ins, by account where there is one, and never what was typed', async () => {
    const user = await tenant.user('AGENT');
    const stranger = tenant.visitor.with({ 'x-forwarded-for': '198.51.100.8' });
    await stranger.post('/auth/login', { email: user.email, password: 'not the password' });
    await stranger.post('/auth/login', { email: 'typed-by-mistake@x.example', password: 'not the password' });
    await user.post('/auth/password', { currentPassword: 'not the password', newPassword: 'beware of the doomsday' });
    await user.post('/auth/mfa/totp');
    expect((await user.post('/auth/mfa/totp/confirm', { code: '000000' })).status).toBe(401);
    const events = await eventsOf('&type=sign_in_failed&sort=createdAt');
    expect(events).toMatchObject([
      { subject: { id: user.id }, actor: { type: 'UNKNOWN', id: null }, address: '198.51.100.8' },
      { subject: null, address: '198.51.100.8', details: { at: 'SIGN_IN', times: 1 } },
      { subject: { id: user.id }, details: { at: 'PASSWORD_CHANGE' } },
      { subject: { id: user.id }, details: { at: 'MFA_SETUP' } },
    ]);
    expect(JSON.stringify(events)).not.toMatch(/not the password|typed-by-mistake/);
  });

  it('tells who made and invited whom, and what became of their role and status', async () => {
    const user = await invited(tenant.admin, 'ines@x.example', { role: 'AGENT' });
    const { body } = await tenant.admin.post(`/users/${user.id}/invitation`);
    await tenant.visitor.post('/auth/invitations/accept', { token: body.token, password });
    await tenant.admin.patch(`/users/${user.id}`, { role: 'ADMIN' });
    await tenant.admin.patch(`/users/${user.id}`, { role: 'ADMIN' }); // Changes nothing.
    await tenant.admin.delete(`/users/${user.id}`);
    const events = await eventsOf(`&subject=${user.id}&sort=createdAt`);
    expect(events.map(({ type, actor, details }) => [type, actor.id, details.changes ?? details])).toEqual([
      ['USER_CREATED', tenant.admin.id, { role: 'AGENT', status: 'INVITED' }],
      ['USER_INVITED', tenant.admin.id, {}],
      ['INVITATION_ACCEPTED', user.id, {}],
      ['SIGNED_IN', user.id, {}],
      ['USER_UPDATED', tenant.admin.id, { role: { from: 'AGENT', to: 'ADMIN' } }],
      ['USER_UPDATED', tenant.admin.id, { status: { from: 'ACTIVE', to: 'DISABLED' } }],
    ]);
    expect(JSON.stringify(events)).not.toContain(body.token);
  });

  it("tells of the platform's operators who invite its admin", async () => {
    const { status } = await system.operator.post(`/tenants/${tenant.id}/admin-invitation`);
    expect(status).toBeLessThan(300);
    const events = await eventsOf(`&type=USER_INVITED&subject=${tenant.admin.id}`);
    expect(events).toMatchObject([{ actor: { type: 'OPERATOR' }, address: expect.any(String) }]);
  });

  it('tells of settings, exports and anonymizations, whose words and addresses go', async () => {
    const user = await tenant.user('CUSTOMER', 'Vera Vanishing');
    await tenant.admin.patch(`/users/${user.id}`, { name: 'Vera Gone', email: 'vera@gone.example' });
    await tenant.admin.patch('/settings', { searchLanguage: 'german' });
    const { body } = await tenant.admin.post(`/users/${user.id}/export`);
    expect(body.auditEvents.map(({ type }: any) => type)).toEqual(['SIGNED_IN']);
    expect((await tenant.admin.post(`/users/${user.id}/anonymize`)).status).toBe(200);
    const about = await eventsOf(`&subject=${user.id}`);
    expect(about.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['USER_EXPORTED', 'USER_ANONYMIZED', 'USER_UPDATED', 'SIGNED_IN']),
    );
    expect(JSON.stringify(about)).not.toMatch(/vera|gone\.example/i);
    expect(about.filter(({ actor }) => actor.id === user.id).map(({ address }) => address)).toEqual([null]);
    const [settings] = await eventsOf('&type=SETTINGS_UPDATED');
    expect(settings.details).toEqual({ changes: { searchLanguage: { from: 'english', to: 'german' } } });
  });

  it('tells of accounts that were joined, once, and forgets both with the person', async () => {
    const [goes, stays] = [await tenant.user('CUSTOMER', 'Dora Double'), await tenant.user('CUSTOMER', 'Dora Stays')];
    await tenant.admin.patch(`/users/${goes.id}`, { name: 'Dora Twice', email: 'dora@double.example' });
    const merge = () => tenant.admin.post(`/users/${goes.id}/merge`, { intoId: stays.id });
    expect((await tenant.admin.post(`/users/${goes.id}/merge`, { intoId: tenant.admin.id })).status).toBe(422);
    expect(await told('&type=USER_MERGED')).toEqual([]);
    for (let n = 0; n < 2; n++) expect((await merge()).status).toBe(200);
    const [event, ...others] = await eventsOf('&type=user_merged');
    expect(event).toMatchObject({
      actor: { type: 'USER', id: tenant.admin.id },
      subject: { id: goes.id },
      details: { intoId: stays.id },
      address: expect.any(String),
    });
    expect(others).toEqual([]);
    expect((await tenant.admin.post(`/users/${stays.id}/anonymize`)).status).toBe(200);
    const about = [...(await eventsOf(`&subject=${goes.id}`)), ...(await eventsOf(`&actor=${goes.id}`))];
    expect(about.map(({ type }) => type)).toEqual(expect.arrayContaining(['USER_MERGED', 'USER_UPDATED', 'SIGNED_IN']));
    expect(JSON.stringify(about)).not.toMatch(/dora|double\.example/i);
    expect(about.filter(({ actor }) => actor.id === goes.id).map(({ address }) => address)).toEqual([null, null]);
  });

  it('is read by ADMINs, in pages, by time', async () => {
    expect((await (await tenant.user('AGENT')).get('/audit-events')).status).toBe(403);
    const all = await eventsOf();
    const walked = await walk(tenant.admin, '/audit-events?limit=3');
    expect(walked.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    const { createdAt } = all[2];
    expect((await eventsOf(`&createdAfter=${createdAt}`)).map(({ id }) => id)).toContain(all[2].id);
    expect((await eventsOf(`&createdBefore=${createdAt}`)).map(({ id }) => id)).not.toContain(all[2].id);
    expect((await tenant.admin.get('/audit-events?type=NOTHING')).status).toBe(400);
  });

  it('is written in the transaction of the deed', async () => {
    const before = (await eventsOf('&type=USER_UPDATED')).length;
    const refused = await tenant.admin.patch(`/users/${tenant.admin.id}`, { role: 'AGENT' });
    expect(refused.body.code).toBe('last_admin');
    expect((await eventsOf('&type=USER_UPDATED')).length).toBe(before);
  });

  it('is append-only for the role that serves it, and forgets after 400 days by itself', async () => {
    const asTenant = (sql: string) =>
      connected(urlOf(tenant.databaseName), async (client) => {
        await client.query('SET ROLE helpdeskly_dml');
        return client.query(sql);
      });
    for (const sql of ['UPDATE "AuditEvent" SET "type" = \'x\'', 'DELETE FROM "AuditEvent"', 'TRUNCATE "AuditEvent"'])
      await expect(asTenant(sql)).rejects.toThrow(/permission denied/);
    const kept = (await eventsOf()).length;
    await asTenant(`SELECT "audit_without_person"('${tenant.admin.id}')`);
    expect((await eventsOf(`&actor=${tenant.admin.id}`))[0].address).not.toBeNull();
    await inDatabase(
      tenant,
      `INSERT INTO "AuditEvent" ("type", "createdAt") VALUES ('SIGNED_IN', now() - interval '401 days')`,
    );
    expect(await eventsOf()).toHaveLength(kept);
  });
});
