import type { Change, ColumnRules, Columns, Fields, Opening } from './column.js';

/** What an event tells: each field with its value before and after. */
export type FieldChanges = Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;

/** What columns mean for the fields that callers set, worked out once. */
export interface ColumnFields<L> {
  /** Fields of which no event tells customers. */
  readonly hidden: readonly string[];
  /** Columns that name another ticket. */
  readonly referring: readonly string[];
  /** Fields that customers may not set: when they open a ticket, or in one of theirs. */
  readonly closed: Readonly<Record<'open' | 'change', readonly string[]>>;
  /** What is stored of a body's fields. */
  stored(sent: Partial<Change<L>>): Partial<Fields<L>>;
  /** What of `edit` is not so already. */
  differing(row: Fields<L>, edit: Partial<Fields<L>>): Partial<Fields<L>>;
  /** What events tell of a write. */
  told(row: Fields<L>, written: object): FieldChanges;
  /** What they tell of a new row: all that it has but what is long, which stands in the row until an event tells of another. */
  firstTold(row: Fields<L>): FieldChanges;
  /** The fields of a new row: what a body says, and what they begin with where it says nothing. */
  openedWith(input: Opening<L>): Partial<Fields<L>>;
}

export function fieldsOf<L extends Columns>(columns: L): ColumnFields<L> {
  const named = (has: (rules: ColumnRules) => boolean) =>
    Object.entries(columns).flatMap(([name, { rules }]) => (has(rules) ? [name] : []));
  const closedTo = (how: 'open' | 'change') =>
    named(({ set }) => set !== undefined && set.byCustomers?.includes(how) !== true);
  const names = named(({ set }) => set !== undefined);
  const short = named(({ set }) => set !== undefined && set.long !== true);
  const storedOf = (name: string, sent: unknown): unknown =>
    sent === null || sent === undefined ? sent : (columns[name]?.type.stored?.(sent) ?? sent);
  const changesIn = (row: object, written: object) =>
    names
      .map((name) => [name, valueOf(row, name), valueOf(written, name)] as const)
      .filter(([, from, to]) => to !== undefined && !same(from, to));
  return {
    hidden: named(({ set, customers }) => set !== undefined && customers === 'nothing'),
    referring: named((rules) => rules.names === 'ticket'),
    closed: { open: closedTo('open'), change: closedTo('change') },
    stored: (sent) =>
      from<Partial<Fields<L>>>(Object.entries(sent).map(([name, value]) => [name, storedOf(name, value)])),
    differing: (row, edit) => from<Partial<Fields<L>>>(changesIn(row, edit).map(([name, , to]) => [name, to])),
    told: (row, written) =>
      from(changesIn(row, written).map(([name, before, to]) => [name, { from: tell(before), to: tell(to) }])),
    firstTold: (row) => {
      const values = short.map((name) => [name, valueOf(row, name)] as const).filter(([, value]) => isSet(value));
      return from(values.map(([name, to]) => [name, { from: null, to: tell(to) }]));
    },
    openedWith: (input) =>
      from<Partial<Fields<L>>>(
        names.map((name) => [name, storedOf(name, valueOf(input, name)) ?? columns[name]?.rules.set?.initial]),
      ),
  };
}

/** A stored row as customers see it, the columns that no answer holds included: without `nothing`, and others `instead`. */
export function shownRow<Row extends { readonly id: string }>(columns: Columns, row: Row): Pick<Row, 'id'> {
  const standIns = new Set(
    Object.values(columns).flatMap(({ rules: { customers } }) =>
      typeof customers === 'object' ? customers.instead : [],
    ),
  );
  const shown = Object.entries(columns).filter(
    ([name, { rules }]) => rules.customers !== 'nothing' && !standIns.has(name),
  );
  return from(
    shown.map(
      ([
        name,
        {
          rules: { customers },
        },
      ]) => [name, valueOf(row, typeof customers === 'object' ? customers.instead : name)],
    ),
  );
}

const from = <T>(entries: (readonly [string, unknown])[]): T => Object.fromEntries(entries) as T;

const valueOf = (row: object, name: string): unknown => (row as Readonly<Record<string, unknown>>)[name];

const isSet = (value: unknown) =>
  value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);

/** As events keep it, in JSON. */
const tell = (value: unknown): unknown => (value instanceof Date ? value.toISOString() : value);

function same(one: unknown, other: unknown): boolean {
  if (one instanceof Date && other instanceof Date) return one.getTime() === other.getTime();
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
