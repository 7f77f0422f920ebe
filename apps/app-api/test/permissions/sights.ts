import { called, people } from './cast.js';
import type { Scene } from './scene.js';

/** How many of something `people` see, in their order; null for who is refused, of which the deeds tell. */
type Counts = readonly (number | null)[] & { readonly length: 7 };

/** What answers tell of things that not everybody may know of. */
export interface Sight {
  /** Completes "an agent sees 2 …". */
  readonly name: string;
  readonly path: (scene: Scene) => string | Promise<string>;
  readonly count: (body: any, scene: Scene) => number | Promise<number>;
  readonly sees: Counts;
}

type Row = Record<string, any>;

/** The scene's ticket among those that a list answers. */
const ours = async ({ data }: { data: Row[] }, scene: Scene) => {
  const id = await scene.ticket();
  return data.filter((row) => row.id === id).length;
};
const total = ({ meta }: { meta: Row }) => meta.total;
const naming = (thing: (scene: Scene) => string | Promise<string>) => async (body: { data: Row[] }, scene: Scene) => {
  const id = await thing(scene);
  return body.data.filter((row) => JSON.stringify(row).includes(id)).length;
};
const among = (thing: (scene: Scene) => Promise<string>) => async (body: { data: Row[] }, scene: Scene) => {
  const id = await thing(scene);
  return body.data.filter((row) => row.id === id).length;
};

const of = (part: string) => async (scene: Scene) => `/tickets/${await scene.ticket()}${part}`;
const found = (query: (scene: Scene) => string) => (scene: Scene) => `/tickets?include=total&${query(scene)}`;

const insiders: Counts = [1, 1, 1, 0, 0, 0, null];
const insidersOf: Counts = [1, 1, 1, 0, 0, 0, 0];
const readers: Counts = [1, 1, 1, 1, 1, 1, 0];
const hiddenFromCustomers: Counts = [1, 1, 1, 0, 0, 0, null];
const nobodyOfStaff: Counts = [0, 0, 0, null, null, null, null];
const staff: Counts = [1, 1, 1, null, null, null, null];

const searches: readonly Sight[] = [
  {
    name: 'tickets by a word that was said in public',
    path: found(({ shown }) => `q=${shown}`),
    count: total,
    sees: readers,
  },
  {
    name: 'tickets by a word that was said internally',
    path: found(({ hidden }) => `q=${hidden}`),
    count: total,
    sees: insidersOf,
  },
  {
    name: 'listed tickets by a word that was said internally',
    path: found(({ hidden }) => `q=${hidden}`),
    count: ours,
    sees: insidersOf,
  },
  {
    name: 'tickets by a word that was said internally, in another order than the best',
    path: found(({ hidden }) => `sort=number&q=${hidden}`),
    count: ours,
    sees: insidersOf,
  },
  {
    name: 'tickets by a public word and without an internal one',
    path: found(({ shown, hidden }) => `q=${shown}%20-${hidden}`),
    count: total,
    sees: [0, 0, 0, 1, 1, 1, 0],
  },
  {
    name: 'snippets of internal comments',
    path: ({ shown, hidden }) => `/tickets?q=${shown}%20or%20${hidden}`,
    count: ({ data }: { data: Row[] }, { hidden }) =>
      data.flatMap(({ snippets }) => snippets).filter(({ text }: Row) => text.includes(hidden)).length,
    sees: insidersOf,
  },
  { name: 'tickets by their tag', path: found(({ tag }) => `tag=${tag}`), count: total, sees: staff },
  {
    name: 'tickets of the customer',
    path: found(({ shown, cast }) => `q=${shown}&author=${cast.customer.id}`),
    count: total,
    sees: readers,
  },
  {
    name: 'tickets of the organization',
    path: found(({ shown, cast }) => `q=${shown}&organization=${cast.organization}`),
    count: total,
    sees: readers,
  },
  {
    name: 'tickets that the guest was let into',
    path: found(({ shown, cast }) => `q=${shown}&participant=${cast.guest.id}`),
    count: total,
    sees: readers,
  },
  {
    name: 'tickets that the agent follows',
    path: found(({ shown, cast }) => `q=${shown}&participant=${cast.agent.id}`),
    count: total,
    sees: insidersOf,
  },
  {
    name: 'tickets that they take part in',
    path: found(({ shown }) => `q=${shown}&participant=me`),
    count: total,
    sees: [0, 1, 0, 0, 0, 1, 0],
  },
];

const ofTicket: readonly Sight[] = [
  {
    name: 'comments counted by a ticket',
    path: of(''),
    count: (body) => body.commentCount,
    sees: [4, 4, 4, 2, 2, 2, null],
  },
  {
    name: 'comments counted by a ticket of a list',
    path: found(({ shown }) => `q=${shown}`),
    count: ({ data }) => data[0]?.commentCount ?? 0,
    sees: [4, 4, 4, 2, 2, 2, 0],
  },
  {
    name: 'comments in the conversation',
    path: of('/comments'),
    count: ({ data }) => data.length,
    sees: [4, 4, 4, 2, 2, 2, null],
  },
  {
    name: 'comments as its total',
    path: of('/comments?include=total'),
    count: total,
    sees: [4, 4, 4, 2, 2, 2, null],
  },
  {
    name: 'comments with a file of an internal one',
    path: of('/comments'),
    count: naming((scene) => scene.hiddenFile()),
    sees: insiders,
  },
  {
    name: 'comments with a file of a public one',
    path: of('/comments'),
    count: naming((scene) => scene.shownFile()),
    sees: [1, 1, 1, 1, 1, 1, null],
  },
  { name: 'participants', path: of('/participants'), count: ({ data }) => data.length, sees: [2, 2, 2, 1, 1, 1, null] },
];

const events: readonly Sight[] = [
  { name: 'events', path: of('/events'), count: ({ data }) => data.length, sees: [9, 9, 9, 5, 5, 5, null] },
  { name: 'events as their total', path: of('/events?include=total'), count: total, sees: [9, 9, 9, 5, 5, 5, null] },
  {
    name: 'events of an internal comment',
    path: of('/events'),
    count: naming((scene) => scene.internalComment()),
    sees: insiders,
  },
  {
    name: 'events of a file of an internal comment',
    path: of('/events'),
    count: naming((scene) => scene.hiddenFile()),
    sees: insiders,
  },
  { name: 'events of a link', path: of('/events'), count: naming((scene) => scene.twin()), sees: insiders },
  {
    name: 'events of the guest',
    path: of('/events'),
    count: naming(({ cast }) => cast.guest.id),
    sees: [1, 1, 1, 1, 1, 1, null],
  },
  {
    name: 'events of who follows',
    path: of('/events'),
    count: ({ data }: { data: Row[] }) => data.filter(({ changes }) => 'followerId' in changes).length,
    sees: insiders,
  },
];

const kept: readonly Sight[] = [
  ...(['view', 'macro'] as const).flatMap((noun): Sight[] => {
    const path = () => `/${noun}s?limit=100`;
    const [agents, shared] =
      noun === 'view'
        ? [(scene: Scene) => scene.agentsView(), (scene: Scene) => scene.sharedView()]
        : [(scene: Scene) => scene.agentsMacro(), (scene: Scene) => scene.sharedMacro()];
    return [
      {
        name: `listed personal ${noun}s of the agent`,
        path,
        count: among(agents),
        sees: [0, 1, 0, null, null, null, null],
      },
      { name: `listed shared ${noun}s`, path, count: among(shared), sees: staff },
    ];
  }),
  {
    name: 'counts of a personal view of the agent',
    path: () => '/views/counts',
    count: async ({ counts }, scene) => among(() => scene.agentsView())({ data: counts }, scene),
    sees: [0, 1, 0, null, null, null, null],
  },
  {
    name: 'tickets counted by a view of an internal word',
    path: () => '/views/counts',
    count: async ({ counts }, scene) => {
      const id = await scene.sharedView();
      return counts.find((row: Row) => row.id === id).tickets;
    },
    sees: staff,
  },
  {
    name: 'tickets of a view of an internal word',
    path: async (scene) => `/views/${await scene.sharedView()}/tickets?include=total`,
    count: total,
    sees: staff,
  },
  {
    name: 'tickets counted by a tag',
    path: ({ tag }) => `/tags?q=${tag}`,
    count: ({ data }) => data[0]?.tickets ?? 0,
    sees: staff,
  },
];

/** What the staff alone sees of a ticket that customers see. */
const staffSide: readonly Sight[] = [
  ...['priority', 'tags', 'internal'].map((field) => ({
    name: `fields of a ticket called ${field}`,
    path: of(''),
    count: (body: Row) => Number(field in body),
    sees: hiddenFromCustomers,
  })),
  ...['priority', 'tags'].map((field) => ({
    name: `events that tell ${field}`,
    path: async (scene: Scene) => `/tickets/${await scene.assigned()}/events`,
    count: ({ data }: { data: Row[] }) => data.filter(({ changes }) => field in changes).length,
    sees: [2, 2, 2, 0, 0, 0, null] as const,
  })),
  ...['', '/comments', '/events'].map((part) => ({
    name: `addresses of the agent in a ticket${part}`,
    path: async (scene: Scene) => `/tickets/${await scene.assigned()}${part}`,
    count: (body: object, { cast }: Scene) => Number(JSON.stringify(body).includes(cast.agent.email)),
    sees: hiddenFromCustomers,
  })),
];

/** What is seen of the scene's ticket, comments, files and filters. */
export const sights: readonly Sight[] = [...searches, ...ofTicket, ...staffSide, ...events, ...kept];

/** The same when the ticket was deleted: nothing, by nobody. */
export const sightsOfDeleted: readonly Sight[] = [
  ...searches.map((sight) => ({ ...sight, sees: sight.sees.map((count) => count && 0) as unknown as Counts })),
  {
    name: 'tags of it',
    path: ({ tag }) => `/tags?q=${tag}`,
    count: ({ data }) => data.length,
    sees: nobodyOfStaff,
  },
  {
    name: 'tags of it as their total',
    path: ({ tag }) => `/tags?include=total&q=${tag}`,
    count: total,
    sees: nobodyOfStaff,
  },
  {
    name: 'listed deleted tickets',
    path: ({ shown }) => `/tickets?deleted=only&q=${shown}`,
    count: ours,
    sees: [1, null, null, null, null, null, null],
  },
];

/** Each person's part of each sight, by what it says. */
export const sightRows = (all: readonly Sight[]) =>
  all.flatMap((sight) =>
    people.flatMap((person, index) => {
      const count = sight.sees[index];
      if (typeof count !== 'number') return [];
      return [[`${called(person)} sees ${count} ${sight.name}`, { person, count, sight }] as const];
    }),
  );
