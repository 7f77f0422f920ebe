import { randomUUID } from 'node:crypto';
import { sharedSystem, type Answer, type Caller, type System } from '@helpdeskly/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openHelpdesk, type Helpdesk } from './helpdesk.js';
import { password, refusal } from './people.js';

let system: System;
let desk: Helpdesk;
let count = 0;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});
afterAll(() => system?.close());

const newEmail = () => `user-${++count}@desk.example`;
const newUser = (fields: object = {}, by: Caller = desk.admin) =>
  by.post('/users', { email: newEmail(), name: 'Nora New', role: 'CUSTOMER', ...fields });

describe('creating a user', () => {
  it('answers with the user, where it is, and its version', async () => {
    const email = newEmail();
    const { status, body, headers } = await newUser({ email, role: 'AGENT', password });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      email,
      addresses: [],
      name: 'Nora New',
      role: 'AGENT',
      status: 'ACTIVE',
      organizationId: null,
      mergedIntoId: null,
      away: false,
      awayUntil: null,
      locale: null,
      timeZone: null,
      version: 1,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updatedAt: body.createdAt,
    });
    expect(headers.get('location')).toBe(`/api/v1/users/${body.id}`);
    expect(headers.get('etag')).toBe('"1"');
    expect((await desk.admin.get(`/users/${body.id}`)).body).toEqual(body);
    await desk.tenant.signIn(email);
  });

  it('invites when no password is given', async () => {
    expect((await newUser()).body.status).toBe('INVITED');
  });

  it('trims the email and the name, and keeps their case', async () => {
    const email = `Mixed.Case-${++count}@Desk.example`;
    const { body } = await newUser({ email: ` ${email} `, name: '  Élodie  ' });
    expect(body).toMatchObject({ email, name: 'Élodie' });
  });

  it('refuses an email that is taken, in whatever case', async () => {
    const email = newEmail();
    await newUser({ email });
    expect(refusal(await newUser({ email: email.toUpperCase() }))).toEqual([409, 'email_taken']);
  });

  it('lets one of many have an email that they want at once', async () => {
    const email = newEmail();
    const tries = Array.from({ length: 8 }, (_, i) => newUser({ email: i % 2 === 0 ? email : email.toUpperCase() }));
    const answers = await Promise.all(tries);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === 'email_taken')).toHaveLength(7);
  });

  it('is done once for an Idempotency-Key', async () => {
    const body = { email: newEmail(), name: 'Once', role: 'CUSTOMER', password };
    const create = () => desk.admin.post('/users', body, { headers: { 'idempotency-key': 'one user' } });
    const [first, second] = [await create(), await create()];
    expect([second.status, second.body]).toEqual([201, first.body]);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
  });

  it('keeps for an Idempotency-Key that an email was taken', async () => {
    const options = { headers: { 'idempotency-key': 'taken' } };
    const create = () => desk.admin.post('/users', { email: desk.agent.email, name: 'x', role: 'CUSTOMER' }, options);
    expect(refusal(await create())).toEqual([409, 'email_taken']);
    const replayed = await create();
    expect(refusal(replayed)).toEqual([409, 'email_taken']);
    expect(replayed.headers.get('idempotency-replayed')).toBe('true');
  });

  it.each([
    ['email', 'required', { email: undefined }],
    ['email', 'malformed', { email: 'nobody' }],
    ['email', 'malformed', { email: 'a@b@c.example' }],
    ['email', 'malformed', { email: '<script>@desk.example' }],
    ['email', 'too_long', { email: `${'a'.repeat(250)}@desk.example` }],
    ['email', 'not_null', { email: null }],
    ['name', 'empty', { name: '   ' }],
    ['name', 'too_long', { name: 'x'.repeat(201) }],
    ['name', 'invalid_characters', { name: 'a\u0000b' }],
    ['role', 'unknown_value', { role: 'agent' }],
    ['role', 'unknown_value', { role: 'OWNER' }],
    ['password', 'too_short', { password: 'x'.repeat(11) }],
    ['password', 'not_null', { password: null }],
    ['status', 'unknown_field', { status: 'ACTIVE' }],
    ['version', 'unknown_field', { version: 1 }],
  ])('names the field %s that is %s', async (field, code, fields) => {
    const answer = await newUser(fields);
    expect(refusal(answer)).toEqual([400, 'validation_failed']);
    expect(answer.body.errors).toMatchObject([{ field, code }]);
  });
});

describe('who may do what to users', () => {
  const stranger = () => `/users/${desk.stranger.id}`;
  const deeds: readonly [string, (by: Caller) => Promise<Answer>, readonly [number, number, number]][] = [
    ['list them', (by) => by.get('/users'), [200, 200, 403]],
    ['read an admin', (by) => by.get(`/users/${desk.admin.id}`), [200, 200, 404]],
    ['read a customer', (by) => by.get(stranger()), [200, 200, 404]],
    ['read nobody', (by) => by.get(`/users/${randomUUID()}`), [404, 404, 404]],
    ['create an admin', (by) => newUser({ role: 'ADMIN' }, by), [201, 403, 403]],
    ['create an agent', (by) => newUser({ role: 'AGENT' }, by), [201, 403, 403]],
    ['create a customer', (by) => newUser({}, by), [201, 201, 403]],
    ['invite an agent', (by) => by.post(`/users/${desk.agent.id}/invitation`), [201, 403, 403]],
    ['invite a customer', (by) => by.post(`${stranger()}/invitation`), [201, 201, 403]],
    ['invite nobody', (by) => by.post(`/users/${randomUUID()}/invitation`), [404, 404, 403]],
    ['change a customer', (by) => by.patch(stranger(), { name: 'Stella Stranger' }), [200, 200, 404]],
    ['change nobody', (by) => by.patch(`/users/${randomUUID()}`, { name: 'x' }), [404, 404, 404]],
    ['disable nobody', (by) => by.delete(`/users/${randomUUID()}`), [404, 403, 403]],
  ];

  it.each(deeds)('%s', async (_, does, expected) => {
    const people = [desk.admin, desk.agent, desk.customer];
    const statuses = [];
    for (const person of people) statuses.push((await does(person)).status);
    expect(statuses).toEqual(expected);
  });

  it('lets everybody read themselves, and customers change nothing of it', async () => {
    for (const person of [desk.admin, desk.agent, desk.customer]) {
      expect((await person.get(`/users/${person.id}`)).body).toMatchObject({ id: person.id, email: person.email });
    }
    const own = `/users/${desk.customer.id}`;
    expect((await desk.customer.get(own.toUpperCase().replace('/USERS', '/users'))).status).toBe(200);
    for (const change of [{ role: 'ADMIN' }, { name: 'x' }, { status: 'DISABLED' }]) {
      expect(refusal(await desk.customer.patch(own, change))).toEqual([403, 'forbidden']);
    }
  });

  it('tells an agent whose creation it refuses only after the form is right', async () => {
    expect(refusal(await newUser({ role: 'ADMIN', name: '' }, desk.agent))).toEqual([400, 'validation_failed']);
    expect(refusal(await newUser({ role: 'nothing' }, desk.customer))).toEqual([403, 'forbidden']);
  });

  it.each(['x', '0', 'null', '%00', `${randomUUID()}x`])('knows no user by the id %j', async (id) => {
    for (const [method, path, body] of [
      ['GET', `/users/${id}`],
      ['PATCH', `/users/${id}`, { name: 'x' }],
      ['DELETE', `/users/${id}`],
      ['POST', `/users/${id}/invitation`],
    ] as const) {
      expect(refusal(await desk.admin.send(method, path, body))).toEqual([404, 'not_found']);
    }
  });
});

describe('changing a user', () => {
  it('moves the version with each change', async () => {
    const { body: user } = await newUser();
    const { status, body, headers } = await desk.admin.patch(`/users/${user.id}`, { name: 'Renamed', role: 'AGENT' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ name: 'Renamed', role: 'AGENT', version: 2, createdAt: user.createdAt });
    expect(Date.parse(body.updatedAt)).toBeGreaterThanOrEqual(Date.parse(user.updatedAt));
    expect(headers.get('etag')).toBe('"2"');
  });

  it('leaves everything as it is when all of it is there already', async () => {
    const { body: user } = await newUser({ password });
    const { email, name, role, status } = user;
    for (const change of [{}, { name: ` ${name} ` }, { email, name, role, status }]) {
      const answer = await desk.admin.patch(`/users/${user.id}`, change);
      expect([answer.status, answer.body]).toEqual([200, user]);
    }
  });

  it('changes the case of an email, and signs in by both', async () => {
    const { body: user } = await newUser({ password });
    const { body } = await desk.admin.patch(`/users/${user.id}`, { email: user.email.toUpperCase() });
    expect(body).toMatchObject({ email: user.email.toUpperCase(), version: 2 });
    await desk.tenant.signIn(user.email);
  });

  it('refuses an email that another user has or had', async () => {
    const [one, other] = [(await newUser()).body, (await newUser()).body];
    const taken = await desk.admin.patch(`/users/${one.id}`, { email: other.email.toUpperCase() });
    expect(refusal(taken)).toEqual([409, 'email_taken']);
    expect((await desk.admin.patch(`/users/${other.id}`, { email: newEmail() })).status).toBe(200);
    expect(refusal(await desk.admin.patch(`/users/${one.id}`, { email: other.email }))).toEqual([409, 'email_taken']);
  });

  it('lets one of two users have an email that both are given at once', async () => {
    const [one, other] = [(await newUser()).body, (await newUser()).body];
    const email = newEmail();
    const answers = await Promise.all([one, other].map(({ id }) => desk.admin.patch(`/users/${id}`, { email })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('honours If-Match', async () => {
    const { body: user } = await newUser();
    const change = (tag: string, name: string) =>
      desk.admin.patch(`/users/${user.id}`, { name }, { headers: { 'if-match': tag } });
    expect((await change('"1"', 'First')).status).toBe(200);
    const stale = await change('"1"', 'Second');
    expect(refusal(stale)).toEqual([412, 'version_conflict']);
    expect(stale.body.currentVersion).toBe(2);
    expect((await change('*', 'Third')).status).toBe(200);
    const disabling = await desk.admin.delete(`/users/${user.id}`, { headers: { 'if-match': '"1"' } });
    expect(refusal(disabling)).toEqual([412, 'version_conflict']);
  });

  it('lets one of many changes of the same version through', async () => {
    const { body: user } = await newUser();
    const options = { headers: { 'if-match': '"1"' } };
    const change = (i: number) => desk.admin.patch(`/users/${user.id}`, { name: `Name ${i}` }, options);
    const statuses = (await Promise.all(Array.from({ length: 6 }, (_, i) => change(i)))).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 412, 412, 412, 412, 412]);
    expect((await desk.admin.get(`/users/${user.id}`)).body.version).toBe(2);
  });

  it.each([
    ['name', { name: null }],
    ['email', { email: '' }],
    ['role', { role: 'customer' }],
    ['status', { status: 'GONE' }],
    ['password', { password }],
    ['id', { id: randomUUID() }],
  ])('refuses what cannot be the field %s', async (field, change) => {
    const answer = await desk.admin.patch(`/users/${desk.stranger.id}`, change);
    expect(refusal(answer)).toEqual([400, 'validation_failed']);
    expect(answer.body.errors).toMatchObject([{ field }]);
  });
});

describe('the locale and the time zone of a user', () => {
  const choose = (caller: Caller, id: string, fields: object) => caller.patch(`/users/${id}`, fields);

  it('are chosen by everybody for themselves, and by admins for others', async () => {
    for (const person of [desk.agent, desk.customer]) {
      const { status, body } = await choose(person, person.id, { locale: 'DE-ch', timeZone: 'Europe/Zurich' });
      expect([status, body.locale, body.timeZone]).toEqual([200, 'de-CH', 'Europe/Zurich']);
      expect((await person.get('/auth/me')).body).toEqual(body);
      expect((await choose(desk.admin, person.id, { locale: null })).body).toMatchObject({ locale: null });
    }
    expect(refusal(await choose(desk.agent, desk.customer.id, { locale: 'fr' }))).toEqual([403, 'forbidden']);
    expect(refusal(await choose(desk.customer, desk.agent.id, { locale: 'fr' }))).toEqual([404, 'not_found']);
    for (const more of [{ name: 'Somebody else' }, { email: newEmail() }, { role: 'ADMIN' }]) {
      const answer = await choose(desk.customer, desk.customer.id, { locale: 'fr', ...more });
      expect(refusal(answer)).toEqual([403, 'forbidden']);
    }
    expect((await desk.customer.get('/auth/me')).body).toMatchObject({ locale: null, timeZone: 'Europe/Zurich' });
  });

  it('are given to a new user, too', async () => {
    const { body } = await newUser({ locale: 'es', timeZone: 'America/Bogota' }, desk.agent);
    expect(body).toMatchObject({ locale: 'es', timeZone: 'America/Bogota' });
  });

  it('cost no version when they are there already', async () => {
    const { body } = await choose(desk.agent, desk.agent.id, { locale: 'en-GB' });
    expect((await choose(desk.agent, desk.agent.id, { locale: 'EN-gb' })).body).toEqual(body);
  });

  it.each(['', 'x', 'xx', 'de_DE', 'english', 'de-', 'i-klingon', 'de-DE-de-DE-de-DE-de-DE-de-DE-de-DE', 7, ['de']])(
    'refuse the locale %j',
    async (locale) => {
      expect(refusal(await choose(desk.agent, desk.agent.id, { locale }))).toEqual([400, 'validation_failed']);
    },
  );

  it.each(['', 'Mars/Olympus', '+01:00', 'GMT+25', "Europe/Berlin'", '../UTC', 1])(
    'refuse the time zone %j',
    async (timeZone) => {
      expect(refusal(await choose(desk.agent, desk.agent.id, { timeZone }))).toEqual([400, 'validation_failed']);
    },
  );

  it.each(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/Argentina/Buenos_Aires', 'Etc/GMT-14'])(
    'take the time zone %s',
    async (timeZone) => {
      expect((await choose(desk.agent, desk.agent.id, { timeZone })).body).toMatchObject({ timeZone });
    },
  );
});
