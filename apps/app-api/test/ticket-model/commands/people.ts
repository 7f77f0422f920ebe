import fc from 'fast-check';
import { isStaff, type DeskModel } from '../desk-model.js';
import { about, Order, pathOf, pick, staffRoles, type Done, type Scene } from '../order.js';
import { badReference, notFound, release, type Refusal } from '../rules.js';
import type { TicketModel } from '../ticket-model.js';
import { any, anybody, mostlyAdmin, mostlyAgent, spell } from './choices.js';

export const lettingIn = fc.record({ by: mostlyAgent, of: pick, whom: anybody }).map(
  ({ by, of, whom }) =>
    new Order(`let ${whom} into ${spell(of)}`, {
      by,
      roles: staffRoles,
      method: 'PUT',
      when: any,
      path: (model) => `${pathOf(model, of)}/participants/${model.person(whom).id}`,
      outcome: (scene) =>
        about(scene, of, (ticket) => {
          const user = scene.model.person(whom);
          if (user.disabled) return badReference('userId');
          const apply = () => {
            if (ticket.participants.has(user.id)) return;
            ticket.participants.set(user.id, isStaff(user) ? 'FOLLOWER' : 'CC');
            tell(scene, ticket, user.id, { from: null, to: user.id });
          };
          return { status: 204, apply };
        }),
    }),
);

export const lettingOut = fc.record({ by: mostlyAgent, of: pick, whom: anybody }).map(
  ({ by, of, whom }) =>
    new Order(`let ${whom} out of ${spell(of)}`, {
      by,
      roles: staffRoles,
      method: 'DELETE',
      when: any,
      path: (model) => `${pathOf(model, of)}/participants/${model.person(whom).id}`,
      outcome: (scene) =>
        about(scene, of, (ticket) => {
          const { id } = scene.model.person(whom);
          if (!ticket.participants.has(id)) return notFound;
          const apply = () => {
            tell(scene, ticket, id, { from: id, to: null });
            ticket.participants.delete(id);
          };
          return { status: 204, apply };
        }),
    }),
);

/** Who follows is the staff's own business. */
function tell(
  { by }: Scene,
  ticket: TicketModel,
  id: string,
  change: { from: string | null; to: string | null },
): void {
  const isFollower = ticket.participants.get(id) === 'FOLLOWER';
  ticket.write('UPDATED', by.id, {}, { [isFollower ? 'followerId' : 'ccId']: change }, isFollower);
}

const member = fc.record({ by: mostlyAdmin, group: fc.nat({ max: 1 }), who: fc.constantFrom('anna', 'arno', 'carl') });

function membership(method: 'PUT' | 'DELETE', { by, group, who }: MemberChoice, act: Act): Order {
  const of = ({ place }: DeskModel) => place.groups[group] as DeskModel['place']['groups'][number];
  return new Order(`${method} ${who} in group ${group}`, {
    by,
    roles: ['ADMIN'],
    method,
    path: (model) => `/groups/${of(model).id}/members/${model.person(who).id}`,
    outcome: (scene) => act(scene, of(scene.model), scene.model.person(who)),
  });
}

type MemberChoice = typeof member extends fc.Arbitrary<infer Choice> ? Choice : never;
type Act = (
  scene: Scene,
  group: DeskModel['place']['groups'][number],
  who: ReturnType<DeskModel['person']>,
) => Done | Refusal;

export const entering = member.map((choice) =>
  membership('PUT', choice, (_, { members }, who) => {
    if (who.disabled || !isStaff(who)) return badReference('userId');
    return { status: 204, apply: () => void members.add(who.id) };
  }),
);

export const leaving = member.map((choice) =>
  membership('DELETE', choice, ({ model, by }, { id, members }, who) => {
    if (!members.has(who.id)) return notFound;
    const apply = () => {
      members.delete(who.id);
      release(model, by, who.id, id);
    };
    return { status: 204, apply };
  }),
);

const arno = ({ place }: DeskModel) => place.people.arno;

/** An agent who is disabled loses unresolved tickets; again changes nothing. */
export const disabling = mostlyAdmin.map(
  (by) =>
    new Order('disable arno', {
      by,
      roles: ['ADMIN'],
      method: 'DELETE',
      path: (model) => `/users/${arno(model).id}`,
      outcome: ({ model, by }) => {
        const apply = () => {
          if (!arno(model).disabled) release(model, by, arno(model).id);
          arno(model).disabled = true;
        };
        return { status: 204, apply };
      },
    }),
);

export const enabling = mostlyAdmin.map(
  (by) =>
    new Order('enable arno', {
      by,
      roles: ['ADMIN'],
      method: 'PATCH',
      when: (model) => arno(model).disabled,
      path: (model) => `/users/${arno(model).id}`,
      body: () => ({ status: 'ACTIVE' }),
      outcome: ({ model, world }) => {
        const apply = () => {
          arno(model).disabled = false;
          return world.signIn('arno', arno(model));
        };
        return { status: 200, apply };
      },
    }),
);
