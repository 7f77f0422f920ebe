import { expect } from '@jest/globals';
import fc from 'fast-check';
import type { Answer } from '@helpdeskly/testing';
import { checkWorld } from './checks.js';
import type { Actor, CallerName, ControlModel, Role } from './model.js';
import type { TenantModel } from './tenant-model.js';
import type { World } from './world.js';

/** The actor of an order, and the request that it makes: what the audit trail names. */
export interface By extends Actor {
  readonly requestId: string;
}

/** What the model says that an order is answered with. */
export interface Outcome {
  readonly status: number;
  /** Of the problem. */
  readonly code?: string;
  /** What the body is: all of it, or what a problem says beside its code. */
  readonly body?: unknown;
  /** Of the problem: those that break a rule. */
  readonly fields?: readonly string[];
  readonly headers?: Readonly<Record<string, string | null>>;
  /** What the order does to the model, once its status is what was predicted; the tenant that the answer shows. */
  readonly apply?: (answer: Answer) => TenantModel | undefined | void | Promise<TenantModel | undefined | void>;
  /** Whose purge takes a kept answer along, when `apply` shows no tenant. */
  readonly about?: TenantModel;
}

export interface OrderSpec {
  readonly by: CallerName;
  /** Who may; `any`: whoever is signed in. */
  readonly roles: readonly Role[] | 'any';
  readonly method: string;
  /** When it is worth giving; always, unless this says otherwise. */
  readonly when?: (model: ControlModel) => boolean;
  readonly path: (model: ControlModel) => string;
  readonly body?: unknown;
  readonly headers?: (model: ControlModel) => Readonly<Record<string, string>>;
  /** The answer of a route that is not there. */
  readonly noRoute?: Outcome;
  /** The answer to what is no JSON, or not sent as such. */
  readonly unreadable?: Outcome;
  /** The fields that validation refuses. */
  readonly invalid?: readonly string[];
  /** On a route that honours it. */
  readonly idempotencyKey?: string;
  /** What has to be found out before. */
  readonly prepare?: (world: World) => Promise<void>;
  /** A tenant whose rotation has to be over, for its version to be known. */
  readonly settle?: (model: ControlModel) => TenantModel | undefined;
  readonly outcome: (model: ControlModel, by: By, world: World) => Outcome | Promise<Outcome>;
}

export const refusal = (status: number, code: string, body: object = {}): Outcome => ({ status, code, body });
export const notFound = refusal(404, 'not_found');
const writers = ['OWNER', 'OPERATOR'] as const;
export const roles = { all: 'any', writers, owner: ['OWNER'], readers: [...writers, 'VIEWER'] } as const;

/** One request by one caller: predicted, sent, compared; then the whole of what the API shows is compared. */
export class Order implements fc.AsyncCommand<ControlModel, World> {
  constructor(
    private readonly name: string,
    private readonly spec: OrderSpec,
  ) {}

  check(model: ControlModel): boolean {
    const { by, when } = this.spec;
    return (typeof by === 'string' || model.keys.length > 0) && when?.(model) !== false;
  }

  toString(): string {
    const { by, idempotencyKey: key, body } = this.spec;
    return `${by}: ${this.name}${body === undefined ? '' : ` ${JSON.stringify(body)}`}${key === undefined ? '' : ` (${key})`}`;
  }

  async run(model: ControlModel, world: World): Promise<void> {
    const { spec } = this;
    const waiting = spec.settle?.(model);
    if (waiting !== undefined) await world.settle(waiting);
    await spec.prepare?.(world);
    const requestId = model.nextRequestId();
    const request = { method: spec.method, path: spec.path(model), headers: this.headers(model, requestId) };
    const actor = model.actor(spec.by);
    const outcome = await this.predict(model, world, actor && { ...actor, requestId }, request);
    const caller = world.caller(model.credential(spec.by));
    const answer = await caller.send(request.method, request.path, spec.body, { headers: request.headers });
    this.compare(outcome, answer, requestId);
    world.tally[outcome.status < 300 ? 'carriedOut' : 'refused']++;
    if (spec.noRoute === undefined) this.rememberUse(model, actor);
    const shown = await outcome.apply?.(answer);
    if (shown !== undefined) shown.observe(answer.body);
    this.keep(model, actor, request, answer, shown ?? outcome.about);
    await checkWorld(model, world);
  }

  private headers(model: ControlModel, requestId: string): Record<string, string> {
    const { idempotencyKey, headers } = this.spec;
    return {
      'x-request-id': requestId,
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      ...headers?.(model),
    };
  }

  /** The order of checks: route, token, body, role, validation, state. */
  private async predict(
    model: ControlModel,
    world: World,
    by: By | undefined,
    request: { method: string; path: string },
  ): Promise<Outcome> {
    const { spec } = this;
    if (spec.noRoute !== undefined) return spec.noRoute;
    if (by === undefined) return { ...refusal(401, 'token_invalid'), headers: { 'www-authenticate': 'Bearer' } };
    if (spec.unreadable !== undefined) return spec.unreadable;
    if (spec.roles !== 'any' && !spec.roles.includes(by.role)) return refusal(403, 'forbidden');
    const { idempotencyKey: key } = spec;
    const kept = key === undefined ? undefined : model.kept.find(by.id, key);
    if (kept !== undefined) {
      if (kept.fingerprint !== this.fingerprint(request)) return refusal(422, 'idempotency_key_reused');
      return replay(kept.answer);
    }
    if (spec.invalid !== undefined) return invalid(spec.invalid);
    return spec.outcome(model, by, world);
  }

  private compare({ status, code, body, fields, headers }: Outcome, answer: Answer, requestId: string): void {
    const { status: was, body: got } = answer;
    const said = { status: was, code: was >= 400 ? got?.code : undefined };
    expect({ ...said, body: got }).toMatchObject({ status, code });
    expect(answer.headers.get('x-request-id')).toBe(requestId);
    if (status >= 400) {
      expect(got).toMatchObject({
        type: `urn:helpdeskly:problem:${code}`,
        status,
        code,
        requestId,
        ...(body as object),
      });
      if (fields !== undefined) expect(got.errors.map(({ field }: { field: string }) => field).sort()).toEqual(fields);
    } else if (body !== undefined) expect(got).toEqual(body);
    else if (status === 204) expect(got).toBeUndefined();
    const { location, ...others } = headers ?? {};
    for (const [name, value] of Object.entries(others)) expect([name, answer.headers.get(name)]).toEqual([name, value]);
    if (location !== undefined) expect(answer.headers.get('location')).toBe(location);
    if (status < 300 && typeof got?.version === 'number') expect(answer.headers.get('etag')).toBe(`"${got.version}"`);
  }

  private rememberUse(model: ControlModel, actor: Actor | undefined): void {
    const key = actor?.kind === 'API_KEY' ? model.keys.find(({ id }) => id === actor.id) : undefined;
    if (key !== undefined) key.wasUsed = true;
  }

  private keep(
    model: ControlModel,
    actor: Actor | undefined,
    request: { method: string; path: string },
    answer: Answer,
    about: TenantModel | undefined,
  ): void {
    const { idempotencyKey: key } = this.spec;
    if (key === undefined || actor === undefined || model.kept.find(actor.id, key) !== undefined) return;
    const made = model.tenants.find(({ id }) => id === answer.body?.id);
    const tenantId = answer.status < 300 ? (about ?? made)?.id : undefined;
    model.kept.keep(actor.id, key, { fingerprint: this.fingerprint(request), answer, tenantId });
  }

  private fingerprint({ method, path }: { method: string; path: string }): string {
    return JSON.stringify([method, path, this.spec.body ?? null]);
  }
}

function replay({ status, body, headers }: Answer): Outcome {
  const { requestId: _, ...problem } = body;
  return {
    status,
    ...(status >= 400 ? { code: body.code, body: problem } : { body }),
    headers: {
      'idempotency-replayed': 'true',
      location: headers.get('location'),
      ...(status < 300 ? { etag: headers.get('etag') } : {}),
    },
  };
}

/** Each of the fields once, in any order: which one comes first is nobody's promise. */
export function invalid(fields: readonly string[]): Outcome {
  return { ...refusal(400, 'validation_failed'), fields };
}
