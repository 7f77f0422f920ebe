import { expect } from '@jest/globals';
import { startSystem, type Caller, type System, type TestTenant, type User } from '@helpdeskly/testing';
import { walk } from '../helpdesk.js';
import {
  customers,
  DeskModel,
  names,
  staff,
  type GroupModel,
  type MacroModel,
  type Name,
  type Person,
} from './desk-model.js';

/** Access tokens last a quarter of an hour, and the lists of a tenant grow. */
const runsOfTenant = 20;

interface Desk {
  readonly tenant: TestTenant;
  readonly people: Readonly<Record<Name, Person>>;
  readonly groups: readonly GroupModel[];
  readonly macros: readonly MacroModel[];
}

/** The real thing: a tenant with its people, groups, macros and views, which some runs share. */
export class World {
  readonly tally = { carriedOut: 0, refused: 0 };
  private readonly secrets = new Set<string>();
  private readonly callers = new Map<Name, User>();
  private runs = 0;
  private desk: Desk | undefined;

  private constructor(private readonly system: System) {}

  static async start(): Promise<World> {
    return new World(await startSystem());
  }

  close(): Promise<void> {
    return this.system.close();
  }

  /** A model of a desk whose earlier tickets are nobody's concern. */
  async begin(): Promise<DeskModel> {
    if (this.runs++ % runsOfTenant === 0) this.desk = await this.open();
    const { people, groups, macros } = this.desk as Desk;
    if (people.arno.disabled) await this.enable(people.arno);
    for (const group of groups) await this.enter(group, people);
    const lastNumber = await this.lastNumber();
    const since = new Date().toISOString();
    return new DeskModel({ run: this.runs, people, groups, macros, lastNumber, since, secrets: this.secrets });
  }

  as(name: Name): Caller {
    return this.callers.get(name) as User;
  }

  /** Somebody who was disabled may sign in again. */
  async signIn(name: Name, { email }: Person): Promise<void> {
    this.callers.set(name, await (this.desk as Desk).tenant.signIn(email));
  }

  private async enable(arno: Person): Promise<void> {
    expect((await this.as('ada').patch(`/users/${arno.id}`, { status: 'ACTIVE' })).status).toBe(200);
    arno.disabled = false;
    await this.signIn('arno', arno);
  }

  /** Everybody is in again who left a group. */
  private async enter({ id, members }: GroupModel, { anna, arno }: Desk['people']): Promise<void> {
    for (const userId of [anna.id, arno.id]) {
      expect((await this.as('ada').put(`/groups/${id}/members/${userId}`)).status).toBe(204);
      members.add(userId);
    }
  }

  private async lastNumber(): Promise<number> {
    const latest = async (which: string) =>
      (await this.as('ada').get(`/tickets?limit=1&merged=include&sort=-number${which}`)).body.data[0]?.number ?? 0;
    return Math.max(await latest(''), await latest('&deleted=only'));
  }

  private async open(): Promise<Desk> {
    const tenant = await this.system.createTenant();
    this.callers.set('ada', tenant.admin);
    for (const name of staff) if (name !== 'ada') this.callers.set(name, await tenant.user('AGENT', name));
    for (const name of customers) this.callers.set(name, await tenant.user('CUSTOMER', name));
    const sharing = await this.make('/organizations', { name: 'Sharing', shared: true });
    const discreet = await this.make('/organizations', { name: 'Discreet' });
    for (const name of customers) {
      const organizationId = name === 'carl' || name === 'cora' ? sharing.id : discreet.id;
      await this.as('ada').patch(`/users/${(this.as(name) as User).id}`, { organizationId });
    }
    const groups = [await this.make('/groups', { name: 'First' }), await this.make('/groups', { name: 'Second' })];
    for (const filters of views) await this.make('/views', { name: 'View', shared: true, filters });
    return {
      tenant,
      people: this.people(sharing.id, discreet.id),
      groups: groups.map(({ id }) => ({ id, members: new Set() })),
      macros: await this.macros(groups[1].id),
    };
  }

  private people(sharing: string, discreet: string): Desk['people'] {
    const person = (known: Name): [Name, Person] => {
      const { id, name, email } = this.as(known) as User;
      const isCustomer = (customers as readonly Name[]).includes(known);
      const role = known === 'ada' ? 'ADMIN' : isCustomer ? 'CUSTOMER' : 'AGENT';
      const sharesWith = known === 'carl' || known === 'cora' ? sharing : undefined;
      const organizationId = isCustomer ? (sharesWith ?? discreet) : null;
      return [known, { id, name, email, role, organizationId, sharesWith, disabled: false }];
    };
    return Object.fromEntries(names.map(person)) as Record<Name, Person>;
  }

  private async macros(groupId: string): Promise<MacroModel[]> {
    const all: Omit<MacroModel, 'id'>[] = [
      { reply: { body: 'We are on it.', visibility: 'PUBLIC' }, changes: { status: 'PENDING', addTags: ['red'] } },
      { reply: { body: 'Beware: wq0q1z', visibility: 'INTERNAL' }, changes: { assignToMe: true, priority: 'URGENT' } },
      { reply: null, changes: { status: 'RESOLVED', removeTags: ['red', 'green'] } },
      { reply: { body: 'Others care, wq0q2z', visibility: 'INTERNAL' }, changes: { groupId } },
    ];
    const made = [];
    for (const each of all) {
      const { id } = await this.make('/macros', { name: 'Macro', shared: true, ...each });
      made.push({ id, ...each });
    }
    return made;
  }

  private async make(path: string, body: object): Promise<any> {
    const answer = await this.as('ada').post(path, body);
    expect([answer.status, answer.body.detail]).toEqual([201, undefined]);
    return answer.body;
  }
}

const views = [
  {},
  { status: ['OPEN', 'PENDING'] },
  { assignedTo: 'me' },
  { assignedTo: 'none', priority: ['HIGH', 'URGENT'] },
  { group: 'mine', tag: 'red' },
  { participant: 'me' },
];

/** Every row of a list, page by page, and what it says to be their number. */
export async function counted(caller: Caller, path: string): Promise<{ rows: any[]; total: number }> {
  const { body } = await caller.get(`${path}&include=total`);
  return { rows: await walk(caller, path), total: body.meta.total };
}
