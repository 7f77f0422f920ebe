import { expect } from '@jest/globals';
import fc from 'fast-check';
import { viewKey } from '../checks.js';
import { caller, idempotencyKey } from '../choices.js';
import type { ApiKeyModel, ControlModel, Role } from '../model.js';
import { notFound, Order, refusal, roles, type By, type Outcome } from '../order.js';
import type { World } from '../world.js';

interface Input {
  readonly name: string;
  readonly role: Role;
  readonly expiresAt?: string | null;
}

const inADay = new Date(Date.now() + 86_400_000).toISOString();

const input: fc.Arbitrary<Input> = fc.record({
  name: fc.constantFrom('deploy', ' robot '),
  role: fc.constantFrom<Role>('OWNER', 'OPERATOR', 'OPERATOR', 'VIEWER'),
  expiresAt: fc.constantFrom(undefined, null, inADay),
});

export const makingKeys = fc.record({ by: caller, input, key: idempotencyKey }).map(
  ({ by, input, key }) =>
    new Order('make an API key', {
      by,
      roles: roles.owner,
      method: 'POST',
      path: () => '/api-keys',
      body: input,
      idempotencyKey: key,
      outcome: (model, actor) => make(model, actor, input),
    }),
);

function make(model: ControlModel, by: By, { name, role, expiresAt = null }: Input): Outcome {
  return {
    status: 201,
    apply: ({ body, headers }) => {
      const { key: credential, ...shown } = body;
      expect(credential).toMatch(/^hdk_[A-Za-z0-9_-]{43}$/);
      expect(headers.get('location')).toBe(`/api/v1/api-keys/${body.id}`);
      const { id, createdAt } = body;
      const key: ApiKeyModel = {
        id,
        name: name.trim(),
        role,
        credential,
        hint: credential.slice(0, 12),
        createdById: by.id,
        createdAt,
        expiresAt,
        revokedAt: null,
        wasUsed: false,
        state: 'LIVE',
      };
      expect(shown).toEqual(viewKey(key));
      model.keys.push(key);
      model.trail.expect({ action: 'api_key.created', by, details: { id, name: key.name, role } });
    },
  };
}

const wrong: readonly (readonly [body: unknown, fields: readonly string[]])[] = [
  [{}, ['name', 'role']],
  [{ name: 'x', role: 'ROOT' }, ['role']],
  [{ name: 'x', role: 'owner' }, ['role']],
  [{ name: 'x', role: 'VIEWER', expiresAt: '2001-01-01T00:00:00Z' }, ['expiresAt']],
  [{ name: 'x', role: 'VIEWER', expiresAt: 'tomorrow' }, ['expiresAt']],
  [{ name: 'x', role: 'VIEWER', key: 'hdk_mine' }, ['key']],
];

export const makingKeysWrongly = fc.record({ by: caller, chosen: fc.constantFrom(...wrong) }).map(
  ({ by, chosen: [body, invalid] }) =>
    new Order('make an API key wrongly', {
      by,
      roles: roles.owner,
      method: 'POST',
      path: () => '/api-keys',
      body,
      invalid,
      outcome: () => refusal(400, 'validation_failed'),
    }),
);

const which = fc.nat({ max: 5 });
const keyPath = (model: ControlModel, number: number) => `/api-keys/${model.key(number)?.id ?? 'none'}`;

export const readingKeys = fc.record({ by: caller, which }).map(
  ({ by, which }) =>
    new Order(`read API key ${which}`, {
      when: ({ keys }) => keys.length > 0,
      by,
      roles: roles.owner,
      method: 'GET',
      path: (model) => keyPath(model, which),
      outcome: (model, actor) => {
        const key = model.key(which);
        if (key === undefined) return notFound;
        return { status: 200, body: viewKey({ ...key, wasUsed: key.wasUsed || key.id === actor.id }) };
      },
    }),
);

/** Perhaps the caller's own; again, that changes nothing. */
export const revokingKeys = fc.record({ by: caller, which }).map(
  ({ by, which }) =>
    new Order(`revoke API key ${which}`, {
      when: ({ keys }) => keys.length > 0,
      by,
      roles: roles.owner,
      method: 'DELETE',
      path: (model) => keyPath(model, which),
      outcome: (model, actor) => revoke(model, actor, which),
    }),
);

function revoke(model: ControlModel, by: By, number: number): Outcome {
  const key = model.key(number);
  if (key === undefined) return notFound;
  const apply = () => {
    if (key.state === 'REVOKED') return;
    key.state = 'REVOKED';
    model.trail.expect({ action: 'api_key.revoked', by, details: { id: key.id, name: key.name } });
  };
  return { status: 204, apply };
}

/** Its time comes. */
export const expiringKeys = which.map((number) => ({
  check: (model: ControlModel) => model.key(number)?.state === 'LIVE',
  run: async (model: ControlModel, { system }: World) => {
    const key = model.key(number);
    if (key === undefined) return;
    key.state = 'EXPIRED';
    key.expiresAt = '2026-01-01T00:00:00.000Z';
    await system.installation.query(`UPDATE "ApiKey" SET "expiresAt" = $2 WHERE "id" = $1`, [key.id, key.expiresAt]);
  },
  toString: () => `API key ${number} expires`,
}));
