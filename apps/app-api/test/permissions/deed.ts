import type { Answer, Caller, User } from '@helpdeskly/testing';
import { called, people, type Person } from './cast.js';
import type { Scene } from './scene.js';

/** The statuses that `people` are answered with, in their order. */
export type Answers = readonly [number, number, number, number, number, number, number];

/** One thing that somebody may do or not: a row of the permission table. */
export interface Deed {
  /** As the OpenAPI document names it, without /api/v1. */
  readonly route: string;
  /** Completes "an agent may …". */
  readonly name: string;
  readonly answers: Answers;
  /** The answers when the ticket was deleted, for deeds that do not follow `whenDeleted`. */
  readonly deleted?: Answers;
  /** What stands in the path's braces. */
  readonly names?: (scene: Scene, me: User) => readonly (string | Promise<string>)[];
  readonly asks?: (scene: Scene, me: User) => string;
  readonly sends?: (scene: Scene, me: User) => object | Promise<object>;
  /** Done in a session of its own. */
  readonly ends?: 'session';
}

/** A deed's request, ready to be sent. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: object | undefined;
}

export async function callOf(deed: Deed, scene: Scene, me: User, other: Scene = scene): Promise<Call> {
  const [first, ...rest] = await namesOf(deed, scene, me);
  const others = other === scene ? rest : (await namesOf(deed, other, other.cast.admin)).slice(1);
  const [method = '', template = ''] = deed.route.split(' ');
  const ids = [first, ...others];
  const path = template.replace(/\{\w+\}/g, () => ids.shift() ?? '');
  return { method, path: path + (deed.asks?.(scene, me) ?? ''), body: await deed.sends?.(scene, me) };
}

/** All that a deed needs of a scene, made. */
export async function prepare(deed: Deed, scene: Scene, me: User): Promise<void> {
  await namesOf(deed, scene, me);
  await deed.sends?.(scene, me);
}

function namesOf(deed: Deed, scene: Scene, me: User): Promise<string[]> {
  return Promise.all((deed.names?.(scene, me) ?? []).map((name) => Promise.resolve(name)));
}

export async function done(deed: Deed, scene: Scene, person: Person): Promise<Answer> {
  const me: User = scene.cast[person];
  const { method, path, body } = await callOf(deed, scene, me);
  const caller: Caller = deed.ends === undefined ? me : await scene.cast.tenant.signIn(me.email);
  return caller.send(method, path, body);
}

/** Whether a deed, when it is allowed, leaves the scene otherwise than it was. */
export const changes = ({ route }: Deed) => !route.startsWith('GET ');

/**
 * A deleted ticket is not there for anybody; whoever is refused for the role alone (as the stranger is then, who sees no ticket
 * either way) is refused before anybody looks.
 */
export function whenDeleted({ route, answers, deleted }: Deed): Answers | undefined {
  if (deleted !== undefined || !route.includes(' /tickets/{id}')) return deleted;
  const isByRole = answers.at(-1) === 403;
  return people.map((person, index) => {
    const isStaff = ['admin', 'agent', 'colleague'].includes(person);
    return answers[index] === 403 && (isStaff || isByRole) ? 403 : 404;
  }) as unknown as Answers;
}

/** The code of a refusal by its status. */
export const codes: Readonly<Record<number, string>> = {
  403: 'forbidden',
  404: 'not_found',
  422: 'invalid_reference',
};

/** Customers of every kind are refused. */
export const staff = (answer: number): Answers => [answer, answer, answer, 403, 403, 403, 403];
export const admins = (answer: number): Answers => [answer, 403, 403, 403, 403, 403, 403];
export const everybody = (answer: number): Answers => [answer, answer, answer, answer, answer, answer, answer];
/** Whoever sees the ticket. */
export const readers = (answer: number): Answers => [answer, answer, answer, answer, answer, answer, 404];
/** Who asked, and the staff; the peer and the guest see it and may do no more. */
export const authors = (answer: number): Answers => [answer, answer, answer, answer, 403, 403, 404];
/** Like `authors`, and the guest. */
export const writers = (answer: number): Answers => [answer, answer, answer, answer, 403, answer, 404];
/** The staff alone, on a ticket that customers may see. */
export const workers = (answer: number): Answers => [answer, answer, answer, 403, 403, 403, 404];
/** The staff, for whom it is there at all. */
export const insiders = (answer: number): Answers => [answer, answer, answer, 404, 404, 404, 404];
/** What the agent, or the admin, keeps for nobody else. */
export const agentAlone = (answer: number): Answers => [404, answer, 404, 403, 403, 403, 403];
export const adminAlone = (answer: number): Answers => [answer, 404, 404, 403, 403, 403, 403];

export const title = (person: Person, deed: Deed, answer: number) =>
  `${called(person)} may ${answer < 300 ? '' : 'not '}${deed.name}: ${answer}`;
