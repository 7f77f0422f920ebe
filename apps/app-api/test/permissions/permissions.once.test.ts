import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, type Answer, type Caller, type System } from '@helpdeskly/testing';
import { formOf } from '../files.js';
import { bearing, refusal } from '../people.js';
import { called, gather, people, type Cast } from './cast.js';
import { callOf, changes, codes, done, prepare, title, whenDeleted, type Deed } from './deed.js';
import { keptDeeds } from './kept.deeds.js';
import { peopleDeeds } from './people.deeds.js';
import { judgedLater, references } from './references.js';
import { documentedRoutes, publicRoutes, type Route } from './routes.js';
import { deletedScene, Scene } from './scene.js';
import { sightRows, sights, sightsOfDeleted } from './sights.js';
import { ticketDeeds } from './tickets.deeds.js';

const deeds: readonly Deed[] = [...ticketDeeds, ...peopleDeeds, ...keptDeeds];

let system: System;
let routes: readonly Route[];
let cast: Cast;
/** Where nothing is changed: for what is only read, and for what is refused. */
let standing: Scene;
let deleted: Scene;
let before: unknown;
/** Another tenant's. */
let foreign: Scene;

beforeAll(async () => {
  system = await startSystem({ appQueues: true, app: { WEBHOOK_ALLOW_PRIVATE: 'true' } });
  routes = await documentedRoutes(system);
  cast = await gather(system);
  standing = new Scene(cast);
  await standing.link();
  await standing.assigned();
  for (const deed of deeds) await prepare(deed, standing, cast.admin);
  deleted = await deletedScene(cast);
  before = await allThatIsRead();
  foreign = new Scene(await gather(system));
});

afterAll(() => system?.close());

/** What the admin and the agent read of the standing scene. */
async function allThatIsRead(): Promise<unknown[]> {
  const read: unknown[] = [];
  for (const deed of deeds.filter((each) => !changes(each) && each.names !== undefined))
    for (const [index, person] of (['admin', 'agent'] as const).entries())
      if (deed.answers[index] === 200) read.push([deed.name, person, (await done(deed, standing, person)).body]);
  return read;
}

function expectAnswer({ status, body }: Answer, expected: number): void {
  const code = codes[expected] ?? body?.code;
  expect([status, body?.code]).toEqual([expected, code]);
}

const table = deeds.flatMap((deed) =>
  people.map((person, index) => ({ person, deed, answer: deed.answers[index] as number })),
);

describe('the permission table', () => {
  it('has deeds for every route that is not open to everybody', () => {
    const covered = new Set([...deeds.map(({ route }) => route), ...Object.keys(publicRoutes)]);
    expect(routes.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([]);
  });

  it('names no route that does not exist', () => {
    const known = new Set(routes.map(({ name }) => name));
    const named = [...deeds.map(({ route }) => route), ...Object.keys(publicRoutes)];
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('says each thing once', () => {
    const names = deeds.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

describe.each([
  ['of a ticket with internal comments', sights, () => standing],
  ['of a deleted ticket', sightsOfDeleted, () => deleted],
] as const)('%s', (_which, all, sceneOf) => {
  it.each(sightRows(all))('%s', async (_name, { person, count, sight }) => {
    const scene = sceneOf();
    const { status, body } = await cast[person].get(await sight.path(scene));
    expect(status).toBe(200);
    expect(await sight.count(body, scene)).toBe(count);
  });
});

describe('while a ticket is there,', () => {
  it.each(table.map((row) => [title(row.person, row.deed, row.answer), row] as const))(
    '%s',
    async (_title, { person, deed, answer }) => {
      const scene = answer < 300 && changes(deed) ? new Scene(cast) : standing;
      expectAnswer(await done(deed, scene, person), answer);
    },
  );
});

describe('a role that a route is closed to', () => {
  /** The agent and the stranger are refused for their role alone: nothing that they are told of hangs on who they are. */
  const refused = [...new Set(deeds.map(({ route }) => route))].flatMap((route) =>
    (['agent', 'stranger'] as const).flatMap((person) => {
      const ofRoute = deeds.filter((deed) => deed.route === route);
      const isClosed = ofRoute.every(({ answers }) => answers[people.indexOf(person)] === 403);
      return isClosed ? [[`that of ${called(person)}, by ${route}`, person, ofRoute[0] as Deed] as const] : [];
    }),
  );

  it.each(refused)('is refused, %s, whatever else is wrong', async (_who, person, deed) => {
    const { method, path, body: sent } = await callOf(deed, standing, cast[person]);
    const body = method === 'GET' ? undefined : sent instanceof FormData ? formOf('x', 'x', 'wrong') : { wrong: 1 };
    for (const query of ['', '?wrong=1', '?limit=x']) {
      const answer = await cast[person].send(method, path.replace(/\?.*/, '') + query, body);
      expect(refusal(answer)).toEqual([403, 'forbidden']);
    }
  });
});

const tableOfDeleted = deeds.flatMap((deed) =>
  people.flatMap((person, index) => {
    const answer = whenDeleted(deed)?.[index];
    return answer === undefined ? [] : [{ person, deed, answer }];
  }),
);

describe('when the ticket was deleted,', () => {
  it.each(tableOfDeleted.map((row) => [title(row.person, row.deed, row.answer), row] as const))(
    '%s',
    async (_title, { person, deed, answer }) => {
      const scene = answer < 300 ? await deletedScene(cast) : deleted;
      expectAnswer(await done(deed, scene, person), answer);
    },
  );
});

describe('without a token of this tenant', () => {
  const closed = () => routes.filter(({ name }) => !(name in publicRoutes));
  const answered = async (caller: Caller, { method, path }: Route, body?: unknown, type = 'application/json') => {
    const headers = body === undefined || body instanceof FormData ? undefined : { 'content-type': type };
    const answer = await caller.send(method, path, body, { headers });
    return [answer.status, answer.body.code, answer.headers.get('www-authenticate')];
  };

  /** No OpenAPI document tells of HEAD. */
  const head = ({ headers }: Caller, { path }: Route) =>
    fetch(`${system.app.origin}/api/v1${path}`, { method: 'HEAD', headers });

  it('no route lets anybody in who has none, whatever the body is', async () => {
    for (const route of closed()) {
      const bodies = route.method === 'GET' ? [undefined] : [undefined, 'not json', '{"__proto__":1}', formOf('x')];
      for (const body of bodies)
        expect([route.name, ...(await answered(cast.tenant.visitor, route, body))]).toEqual([
          route.name,
          401,
          'token_invalid',
          'Bearer',
        ]);
      if (route.method === 'GET') expect((await head(cast.tenant.visitor, route)).status).toBe(401);
      else
        expect(await answered(cast.tenant.visitor, route, 'x', 'text/plain')).toEqual([401, 'token_invalid', 'Bearer']);
    }
  });

  it.each([
    ['garbage', () => bearing(cast.tenant.visitor, 'garbage')],
    [
      'a token with another signature',
      () => bearing(cast.tenant.visitor, `${cast.admin.accessToken.slice(0, -8)}AAAAAAAA`),
    ],
    ['a refresh token', () => bearing(cast.tenant.visitor, cast.admin.refreshToken)],
    ['a password', () => cast.tenant.visitor.with({ authorization: `Basic ${btoa(`${cast.admin.email}:x`)}` })],
    ["an operator's token", () => cast.tenant.visitor.with(system.operator.headers)],
    ["another tenant's admin", () => bearing(cast.tenant.visitor, foreign.cast.admin.accessToken)],
  ])('no route lets %s in', async (_who, caller) => {
    for (const route of closed())
      expect([route.name, ...(await answered(caller(), route))]).toEqual([route.name, 401, 'token_invalid', 'Bearer']);
  });

  it.each(Object.entries(publicRoutes).map(([name, { because, answers }]) => [name, because, answers] as const))(
    '%s is open to everybody: %s',
    async (name, _because, answers) => {
      const route = routes.find((each) => each.name === name);
      const body = route?.method === 'POST' ? {} : undefined;
      expect((await cast.tenant.visitor.send(route?.method ?? '', route?.path ?? '', body)).status).toBe(answers);
    },
  );
});

describe("another tenant's ids", () => {
  const naming = deeds.filter(({ names, route }) => names !== undefined && !route.includes('{name}')); // Names are no tenant's own.

  it.each(naming.map((deed) => [deed.route, deed.name, deed] as const))(
    'are not found by %s, when an admin would %s',
    async (_route, _name, deed) => {
      const { method, path, body } = await callOf(deed, foreign, foreign.cast.admin);
      expect(refusal(await cast.admin.send(method, path, body))).toEqual([404, 'not_found']);
    },
  );

  it.each(
    naming.filter(({ route }) => route.split('{').length > 2).map((deed) => [deed.route, deed.name, deed] as const),
  )('are not found within what is there by %s, when an admin would %s', async (_route, _name, deed) => {
    const { method, path, body } = await callOf(deed, standing, cast.admin, foreign);
    const expected = method === 'PUT' ? [422, 'invalid_reference'] : [404, 'not_found'];
    expect(refusal(await cast.admin.send(method, path, body))).toEqual(expected);
  });

  it('are tried in every field of a body that names something', () => {
    const tried = [...references.map(({ field }) => field), ...Object.keys(judgedLater)];
    const fields = routes.flatMap(({ name, references: named }) => named.map((field) => `${name} ${field}`));
    expect(fields.sort()).toEqual(tried.sort());
  });

  it.each(references.map((reference) => [reference.field, reference] as const))(
    'are an invalid reference in %s',
    async (_field, { field, names, sends }) => {
      const [method = '', path = ''] = field.split(' ');
      const id = (await names?.(standing)) ?? '';
      const { status, body } = await cast.admin.send(
        method,
        path.replace(/\{id\}|\{name\}\/\{locale\}/, id),
        await sends(standing, foreign),
      );
      const problem = body.results?.[0].problem ?? { ...body, status };
      expect([problem.status, problem.code]).toEqual([422, 'invalid_reference']);
    },
  );

  it('have a 404 each in a bulk', async () => {
    const ids = [await foreign.ticket(), await standing.ticket()];
    const { body } = await cast.admin.post('/tickets/bulk', { ids, changes: {} });
    expect(body.results.map(({ status }: Answer) => status)).toEqual([404, 200]);
  });

  it('are refused when a macro that names them is applied', async () => {
    for (const named of [{ assignedToId: foreign.cast.agent.id }, { groupId: await foreign.group() }]) {
      const { id } = (await cast.admin.post('/macros', { name: 'x', changes: named })).body;
      const answer = await cast.admin.post(`/tickets/${await standing.ticket()}/macros/${id}/apply`);
      expect(refusal(answer)).toEqual([422, 'invalid_reference']);
    }
  });

  it('find nothing as filters', async () => {
    const { cast: others } = foreign;
    for (const filter of [
      `assignedTo=${others.agent.id}`,
      `author=${others.customer.id}`,
      `group=${await foreign.team()}`,
      `participant=${others.guest.id}`,
      `organization=${others.organization}`,
    ])
      expect((await cast.admin.get(`/tickets?${filter}`)).body.data).toEqual([]);
    expect((await cast.admin.get(`/users?organization=${others.organization}`)).body.data).toEqual([]);
  });
});

describe("another ticket's comments and links", () => {
  const parts = deeds.filter(({ route }) => /\{(?:comment|link)Id\}/.test(route));

  it.each(parts.map((deed) => [deed.route, deed.name, deed] as const))(
    'are not found by %s, when an admin would %s',
    async (_route, _name, deed) => {
      const { method, path, body } = await callOf(deed, new Scene(cast), cast.admin, standing);
      expect(refusal(await cast.admin.send(method, path, body))).toEqual([404, 'not_found']);
    },
  );
});

describe('an Idempotency-Key', () => {
  const replayed = ({ headers }: Answer) => headers.get('idempotency-replayed') === 'true';

  it('is its actor’s alone, at every route that takes one', async () => {
    const { tenant, admin, ...others } = foreign.cast;
    const deputy = await tenant.user('ADMIN', 'Dora Deputy');
    for (const route of routes.filter(({ idempotent }) => idempotent)) {
      const ofRoute = deeds.filter(({ route: name }) => name === route.name);
      const deed = ofRoute.find(({ answers }) => answers[0] < 300) ?? ofRoute.find(({ answers }) => answers[0] === 503);
      if (deed === undefined) throw new Error(`nothing is known that an admin may do by ${route.name}`);
      const { method, path, body } = await callOf(deed, new Scene(foreign.cast), admin);
      const headers = { 'idempotency-key': 'the same' + route.name };
      const first = await admin.send(method, path, body, { headers });
      expect([route.name, first.status, replayed(first)]).toEqual([route.name, deed.answers[0], false]);
      for (const caller of [deputy, others.agent, others.colleague, others.customer, others.stranger]) {
        const answer = await caller.send(method, path, body, { headers });
        expect([route.name, replayed(answer)]).toEqual([route.name, false]);
        if (answer.status === 201) expect(answer.body).not.toEqual(first.body);
      }
      const again = await admin.send(method, path, body, { headers });
      const isKept = first.status < 500;
      expect([route.name, again.status, replayed(again)]).toEqual([route.name, first.status, isKept]);
      if (isKept) expect(again.body).toEqual(first.body);
    }
  });
});

describe('a customer who writes', () => {
  it('is answered without what is internal', async () => {
    const scene = new Scene(cast);
    const id = await scene.ticket();
    for (const thing of ['publicComment', 'internalComment', 'hiddenFile'] as const) await scene[thing]();
    const { body } = await cast.customer.patch(`/tickets/${id}`, { status: 'RESOLVED' });
    expect(body).toMatchObject({ status: 'RESOLVED', commentCount: 1 });
  });
});

describe('opening a ticket', () => {
  it.each(['priority', 'status', 'authorId', 'assignedToId', 'groupId', 'tags'])(
    'with %s is forbidden to a customer, whatever it holds',
    async (field) => {
      for (const value of ['LOW', null, 7, cast.customer.id, []])
        for (const rest of [{}, { title: 'x', description: 'y' }])
          expect(refusal(await cast.customer.post('/tickets', { ...rest, [field]: value }))).toEqual([
            403,
            'forbidden',
          ]);
    },
  );

  it('with an unknown field is 400 for a customer too', async () => {
    const answer = await cast.customer.post('/tickets', { title: 'x', description: 'y', number: 1 });
    expect(refusal(answer)).toEqual([400, 'validation_failed']);
  });
});

describe('a ticket that changes its author', () => {
  it('leaves the sight of the one and enters that of the other', async () => {
    const { stranger, guest } = cast;
    const { id } = (await stranger.post('/tickets', { title: 'x', description: 'y' })).body;
    await cast.agent.patch(`/tickets/${id}`, { authorId: guest.id });
    expect([(await stranger.get(`/tickets/${id}`)).status, (await guest.get(`/tickets/${id}`)).status]).toEqual([
      404, 200,
    ]);
  });
});

describe('whatever was refused', () => {
  it('has changed nothing', async () => {
    expect(await allThatIsRead()).toEqual(before);
  });
});
