import type { Scene } from './scene.js';

/** A field of a body that names something, filled with what is another tenant's. */
export interface Reference {
  /** As in the OpenAPI document: method, path and field. */
  readonly field: string;
  readonly names?: (scene: Scene) => Promise<string>;
  readonly sends: (scene: Scene, foreign: Scene) => object | Promise<object>;
}

const opening = { title: 'x', description: 'x' };

/** What tickets refer to, each of another tenant. */
const ofTickets: Readonly<Record<string, (foreign: Scene) => string | Promise<string>>> = {
  authorId: ({ cast }) => cast.customer.id,
  assignedToId: ({ cast }) => cast.agent.id,
  groupId: (foreign) => foreign.group(),
  followUpOfId: (foreign) => foreign.ticket(),
};

const ticket = (scene: Scene) => scene.ticket();
const organizationOf = async (_scene: Scene, foreign: Scene) => ({ organizationId: await foreign.organization() });

export const references: readonly Reference[] = [
  ...Object.entries(ofTickets).flatMap(([name, thing]): Reference[] => [
    {
      field: `POST /tickets ${name}`,
      sends: async (_scene, foreign) => ({ ...opening, [name]: await thing(foreign) }),
    },
    {
      field: `PATCH /tickets/{id} ${name}`,
      names: ticket,
      sends: async (_scene, foreign) => ({ [name]: await thing(foreign) }),
    },
    {
      field: `POST /tickets/bulk changes.${name}`,
      sends: async (scene, foreign) => ({ ids: [await scene.ticket()], changes: { [name]: await thing(foreign) } }),
    },
  ]),
  ...(['assignedToId', 'groupId'] as const).map((name): Reference => ({
    field: `POST /tickets/{id}/comments changes.${name}`,
    names: ticket,
    sends: async (_scene, foreign) => ({ body: 'x', changes: { [name]: await ofTickets[name]?.(foreign) } }),
  })),
  {
    field: 'POST /tickets/bulk macroId',
    sends: async (scene, foreign) => ({ ids: [await scene.ticket()], macroId: await foreign.sharedMacro() }),
  },
  {
    field: 'POST /tickets/{id}/merge intoId',
    names: ticket,
    sends: async (_scene, foreign) => ({ intoId: await foreign.ticket() }),
  },
  {
    field: 'POST /tickets/{id}/split commentIds',
    names: ticket,
    sends: async (_scene, foreign) => ({ title: 'x', commentIds: [await foreign.publicComment()] }),
  },
  {
    field: 'POST /tickets/{id}/comments attachmentIds',
    names: ticket,
    sends: async (_scene, foreign) => ({ body: 'x', attachmentIds: [await foreign.agentsFile()] }),
  },
  {
    field: 'PUT /tickets/{id}/draft attachmentIds',
    names: ticket,
    sends: async (_scene, foreign) => ({ body: 'x', attachmentIds: [await foreign.agentsFile()] }),
  },
  {
    field: 'PUT /tickets/{id}/draft macroId',
    names: ticket,
    sends: async (_scene, foreign) => ({ body: 'x', macroId: await foreign.sharedMacro() }),
  },
  {
    field: 'POST /tickets/{id}/links ticketId',
    names: ticket,
    sends: async (_scene, foreign) => ({ ticketId: await foreign.ticket(), type: 'RELATED' }),
  },
  {
    field: 'POST /users/{id}/merge intoId',
    names: (scene) => scene.invited(),
    sends: async (_scene, foreign) => ({ intoId: await foreign.invited() }),
  },
  {
    field: 'POST /notifications/read ids',
    sends: async (_scene, foreign) => ({ ids: [await foreign.notification()] }),
  },
  {
    field: 'POST /users organizationId',
    sends: async (scene, foreign) => ({
      email: scene.newEmail(),
      name: 'x',
      role: 'CUSTOMER',
      ...(await organizationOf(scene, foreign)),
    }),
  },
  {
    field: 'POST /mailboxes groupId',
    sends: async (_scene, foreign) => ({ address: 'help@customer.example', groupId: await foreign.group() }),
  },
  {
    field: 'PATCH /mailboxes/{id} groupId',
    names: (scene) => scene.mailbox(),
    sends: async (_scene, foreign) => ({ groupId: await foreign.group() }),
  },
  {
    field: 'POST /settings/templates/{name}/{locale}/preview ticketId',
    names: () => Promise.resolve('reply/en'),
    sends: async (_scene, foreign) => ({ ticketId: await foreign.ticket() }),
  },
  { field: 'PATCH /users/{id} organizationId', names: (scene) => scene.invited(), sends: organizationOf },
];

/** Fields that are not judged by what they name when they are written, and why. */
export const judgedLater: Readonly<Record<string, string>> = {
  'POST /tickets/bulk ids': 'each has a result of its own',
  ...Object.fromEntries(
    ['POST /macros', 'PATCH /macros/{id}'].flatMap((route) =>
      ['assignedToId', 'groupId'].map((name) => [`${route} changes.${name}`, 'judged when the macro is applied']),
    ),
  ),
};
