import { expect } from '@jest/globals';
import fc from 'fast-check';
import type { Answer } from '@helpdeskly/testing';
import { checkTickets } from './checks.js';
import { isStaff, type DeskModel, type Name, type Person } from './desk-model.js';
import { forbidden, notFound, Refusal } from './rules.js';
import type { TicketModel } from './ticket-model.js';
import type { World } from './world.js';

/** What an order is answered with when it is not refused. */
export interface Done {
  readonly status: number;
  /** What the body must be, when that is known before. */
  readonly body?: unknown;
  /** What the order does to the model, once its status is what was predicted. */
  readonly apply?: (answer: Answer) => void | Promise<void>;
}

/** Which ticket an order means: the numbers go round; any, when there is none of those that are meant. */
export interface Pick {
  readonly nth: number;
  /** Most orders mean one that can still change. */
  readonly among: 'live' | 'merged' | 'absorbing' | 'all';
  readonly by: 'id' | 'number';
}

/** Whom and what an order is about. */
export interface Scene {
  readonly model: DeskModel;
  readonly world: World;
  readonly by: Person;
  /** Whether If-Match names another version than the present one. */
  readonly isStale: boolean;
}

/** Who gives an order: somebody, or whoever wrote the ticket that it is about. */
export type Giver = Name | { readonly authorOf: Pick };

interface OrderSpec {
  readonly by: Giver;
  /** Who may; everybody unless given. */
  readonly roles?: readonly Person['role'][];
  readonly method: string;
  readonly path: (model: DeskModel) => string;
  readonly body?: (model: DeskModel) => object | undefined;
  /** The ticket whose version If-Match names. */
  readonly match?: { readonly of: Pick; readonly with: 'present' | 'stale' | 'none' };
  readonly keyed?: boolean;
  readonly when?: (model: DeskModel) => boolean;
  readonly outcome: (scene: Scene, body: any) => Done | Refusal;
}

export const staffRoles = ['ADMIN', 'AGENT'] as const;

export const pick: fc.Arbitrary<Pick> = fc.record({
  nth: fc.nat({ max: 60 }),
  among: fc.constantFrom('live', 'live', 'live', 'all'),
  by: fc.constantFrom('id', 'number'),
});

const belongsTo = {
  live: ({ deleted, fields }: TicketModel) => !deleted && fields.status !== 'CLOSED',
  merged: ({ fields }: TicketModel) => fields.mergedIntoId !== null,
  absorbing: ({ events }: TicketModel) => events.some(({ type }) => type === 'ABSORBED'),
};

export function picked(model: DeskModel, { nth, among }: Pick): TicketModel {
  const meant = among === 'all' ? [] : model.tickets.filter(belongsTo[among]);
  const some = meant.length > 0 ? meant : model.tickets;
  return some[nth % some.length] as TicketModel;
}

/** The path of a ticket. */
export function pathOf(model: DeskModel, which: Pick): string {
  const { id, number } = picked(model, which);
  return `/tickets/${which.by === 'id' ? id : number}`;
}

/** What becomes of an order about a ticket that its giver may not see, or that was deleted. */
export function about({ model, by }: Scene, which: Pick, act: (ticket: TicketModel) => Done | Refusal): Done | Refusal {
  const ticket = picked(model, which);
  return model.sees(by, ticket) ? act(ticket) : notFound;
}

/** One request by one person: predicted, sent, compared; then what everybody is shown is compared. */
export class Order implements fc.AsyncCommand<DeskModel, World> {
  constructor(
    private readonly said: string,
    private readonly spec: OrderSpec,
  ) {}

  check(model: DeskModel): boolean {
    return this.spec.when?.(model) !== false && !model.person(this.giver(model)).disabled;
  }

  toString(): string {
    const { by } = this.spec;
    return `${typeof by === 'string' ? by : 'its author'}: ${this.said}`;
  }

  async run(model: DeskModel, world: World): Promise<void> {
    const { spec } = this;
    const by = this.giver(model);
    const body = spec.body?.(model);
    const path = spec.path(model);
    const key = spec.keyed === true ? model.word() : undefined;
    const expected = this.predict(model, world, model.person(by), body);
    const headers = {
      ...this.ifMatch(model, model.person(by)),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    };
    const answer = await world.as(by).send(spec.method, path, body, { headers });
    compare(expected, answer);
    if (typeof answer.body?.version === 'number') expect(answer.headers.get('etag')).toBe(`"${answer.body.version}"`);
    if (expected instanceof Refusal) world.tally.refused++;
    else {
      world.tally.carriedOut++;
      await expected.apply?.(answer);
    }
    model.hear(model.person(by), answer);
    if (key !== undefined && answer.status !== 403) model.kept.push({ by, path, body, key, answer });
    await checkTickets(model, world);
  }

  private giver(model: DeskModel): Name {
    const { by } = this.spec;
    return typeof by === 'string' ? by : model.nameOf(picked(model, by.authorOf).fields.authorId);
  }

  private predict(model: DeskModel, world: World, by: Person, body: unknown): Done | Refusal {
    const { roles, match, outcome } = this.spec;
    if (roles?.includes(by.role) === false) return forbidden;
    return outcome({ model, world, by, isStale: match?.with === 'stale' }, body);
  }

  private ifMatch(model: DeskModel, by: Person): Record<string, string> {
    const { match } = this.spec;
    if (match === undefined || match.with === 'none') return {};
    const version = picked(model, match.of).versionFor(isStaff(by));
    return { 'if-match': `"${match.with === 'present' ? version : version + 1}"` };
  }
}

export function compare(expected: Done | Refusal, { status, body }: Answer): void {
  if (expected instanceof Refusal) {
    const { code, facts } = expected;
    expect([status, body]).toEqual([expected.status, expect.objectContaining({ code, ...facts })]);
    return;
  }
  expect([status, status >= 400 ? body : undefined]).toEqual([expected.status, undefined]);
  if (expected.body !== undefined) expect(body).toEqual(expected.body);
}
