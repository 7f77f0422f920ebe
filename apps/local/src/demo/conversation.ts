import { products, topics } from './topics.js';

export type Status = 'OPEN' | 'PENDING' | 'ON_HOLD' | 'RESOLVED' | 'CLOSED';

/** Who speaks; resolved to a person of the ticket. */
type Speaker = 'customer' | 'agent';

/** One thing that happened to a ticket after it was opened. */
export interface Happening {
  readonly at: Date;
  readonly by: Speaker;
  readonly comment?: { readonly body: string; readonly visibility: 'PUBLIC' | 'INTERNAL' };
  readonly status?: Status;
  readonly assign?: true;
}

export interface Story {
  readonly number: number;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly priority: 'LOW' | 'MEDIUM' | 'HIGH' | 'URGENT';
  readonly customer: number;
  readonly agent: number;
  readonly openedAt: Date;
  readonly happenings: readonly Happening[];
}

const hour = 3_600_000;
const days = 60;

/** The same stories for the same moment: a small generator (mulberry32) in place of Math.random. */
export function tellStories(count: number, customers: number, agents: number, now: Date): Story[] {
  const random = generator(20_261_120);
  return Array.from({ length: count }, (_, index) => {
    const age = (1 - index / count) * days * 24 * hour;
    return tell(index + 1, new Date(now.getTime() - age - random() * 4 * hour * (index < count - 1 ? 0.4 : 0)), {
      random,
      customers,
      agents,
      now,
    });
  });
}

interface World {
  readonly random: () => number;
  readonly customers: number;
  readonly agents: number;
  readonly now: Date;
}

function tell(number: number, openedAt: Date, { random, customers, agents, now }: World): Story {
  const pick = (length: number) => Math.floor(random() * length);
  const topic = topics[pick(topics.length)] ?? topics[0]!;
  const values: Record<string, string> = {
    order: `A-${10_400 + number * 7}`,
    product: products[pick(products.length)] ?? '',
    day: `${1 + pick(27)}th`,
  };
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
  const ageDays = (now.getTime() - openedAt.getTime()) / (24 * hour);
  const end = endOf(ageDays, random());
  let at = openedAt.getTime();
  const after = (hours: number) => new Date((at += Math.max(0.05, hours * (0.3 + random())) * hour));
  const happenings: Happening[] = [];
  const say = (happening: Happening) => happenings.push(happening);
  if (end !== 'NEW') {
    say({ at: after(2), by: 'agent', assign: true });
    const asks = random() < 0.45;
    say({
      at: after(1),
      by: 'agent',
      comment: { body: fill(asks ? topic.question : topic.answer), visibility: 'PUBLIC' },
      ...(asks ? { status: 'PENDING' as const } : {}),
    });
    if (asks && end !== 'PENDING')
      say({ at: after(8), by: 'customer', comment: { body: fill(topic.reply), visibility: 'PUBLIC' }, status: 'OPEN' });
    if (random() < 0.5) say({ at: after(3), by: 'agent', comment: { body: fill(topic.note), visibility: 'INTERNAL' } });
    if (end === 'PENDING' && !asks)
      say({
        at: after(4),
        by: 'agent',
        comment: { body: fill(topic.question), visibility: 'PUBLIC' },
        status: 'PENDING',
      });
    if (end === 'ON_HOLD')
      say({
        at: after(5),
        by: 'agent',
        comment: { body: fill(topic.note), visibility: 'INTERNAL' },
        status: 'ON_HOLD',
      });
    if (end === 'RESOLVED' || end === 'CLOSED') {
      say({
        at: after(12),
        by: 'agent',
        comment: { body: fill(topic.solution), visibility: 'PUBLIC' },
        status: 'RESOLVED',
      });
      if (random() < 0.15) {
        say({
          at: after(10),
          by: 'customer',
          comment: {
            body: 'I am sorry, but it is not solved yet: the same thing happened again today.',
            visibility: 'PUBLIC',
          },
          status: 'OPEN',
        });
        say({
          at: after(6),
          by: 'agent',
          comment: { body: fill(topic.solution), visibility: 'PUBLIC' },
          status: 'RESOLVED',
        });
      }
      if (end === 'CLOSED') say({ at: after(40), by: 'agent', status: 'CLOSED' });
    }
  }
  return {
    number,
    title: fill(topic.title),
    description: fill(topic.description),
    tags: topic.tags,
    priority: random() < 0.12 ? 'URGENT' : topic.priority,
    customer: pick(customers),
    agent: pick(agents),
    openedAt,
    happenings: happenings.filter((happening) => happening.at < now),
  };
}

/** How a ticket of this age stands, more or less. */
function endOf(ageDays: number, chance: number): Status | 'NEW' {
  if (ageDays < 0.6) return chance < 0.7 ? 'NEW' : 'OPEN';
  if (ageDays < 6)
    return chance < 0.15
      ? 'NEW'
      : chance < 0.45
        ? 'OPEN'
        : chance < 0.7
          ? 'PENDING'
          : chance < 0.8
            ? 'ON_HOLD'
            : 'RESOLVED';
  if (ageDays < 20)
    return chance < 0.08
      ? 'OPEN'
      : chance < 0.16
        ? 'PENDING'
        : chance < 0.24
          ? 'ON_HOLD'
          : chance < 0.8
            ? 'RESOLVED'
            : 'CLOSED';
  return chance < 0.04 ? 'ON_HOLD' : chance < 0.2 ? 'RESOLVED' : 'CLOSED';
}

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
