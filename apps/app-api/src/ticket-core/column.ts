import { parseTime, type FieldOptions } from '@helpdeskly/http';
import type { ApiPropertyOptions } from '@nestjs/swagger';

/** A type of PostgreSQL: how it is written in casts, read, and documented. */
export interface ColumnType<Stored, Answered = Stored, Sent = Stored> {
  readonly sql: string;
  readonly reads: 'as is' | 'as text' | 'as time';
  readonly schema: ApiPropertyOptions;
  /** What is stored of a body's value that its field has let through; that value itself unless given. */
  stored?(sent: Sent): Stored;
  /** For the compiler alone: what a locked row holds, what an answer does, and what a body does. */
  readonly values?: readonly [stored: Stored, answered: Answered, sent: Sent];
}

export const uuid: ColumnType<string> = { sql: 'uuid', reads: 'as text', schema: { type: String, format: 'uuid' } };
export const text: ColumnType<string> = { sql: 'text', reads: 'as is', schema: { type: String } };
export const integer: ColumnType<number> = { sql: 'integer', reads: 'as is', schema: { type: 'integer' } };
export const flag: ColumnType<boolean> = { sql: 'boolean', reads: 'as is', schema: { type: Boolean } };
export const texts: ColumnType<readonly string[], string[]> = {
  sql: 'text[]',
  reads: 'as is',
  schema: { type: [String] },
};
/**
 * Answers hold ISO 8601 texts made by PostgreSQL: cheaper than a Date for each. Bodies hold texts, too, also those that wait for a worker
 * as JSON; a Date is made of one when its ticket is written.
 */
export const time: ColumnType<Date, string, string> = {
  sql: 'timestamptz',
  reads: 'as time',
  schema: { type: String, format: 'date-time' },
  stored: (sent) => parseTime(sent) as Date,
};

/** An enum of PostgreSQL, called `name`. */
export function oneOf<E extends Record<string, string>>(values: E, name: string): ColumnType<E[keyof E]> {
  return { sql: `"${name}"`, reads: 'as text', schema: { enum: values, enumName: name } };
}

/** How callers set a column. Each that they may set is told by events, with its value before and after. */
export interface SetRules {
  /** The rule of its field in bodies. */
  readonly field: (options: FieldOptions) => PropertyDecorator;
  /** What a ticket is opened with that says nothing of it; without one a body must. */
  readonly initial?: unknown;
  /** Null is `initial`, though the column holds no null. */
  readonly clears?: true;
  /** Of its field in `POST /tickets`, and in PATCH. */
  readonly open?: FieldOptions;
  readonly change?: FieldOptions;
  /** Customers may set it, when they open a ticket or in one of theirs; what it is set to may be limited further. */
  readonly byCustomers?: readonly ('open' | 'change')[];
  /** Too long to stand in the event of the opening, too. */
  readonly long?: true;
}

/** Who sees a column, and who sets it. */
export interface ColumnRules {
  readonly nullable?: true;
  /** In answers. */
  readonly answer?: { readonly description?: string };
  /** What customers see of it: nothing, in no answer or event, or another column in its place. They see the rest as it is. */
  readonly customers?: 'nothing' | { readonly instead: string };
  /** Names another ticket, or none: null for those who do not see that one. */
  readonly names?: 'ticket';
  readonly set?: SetRules;
  /** Given when a ticket is stored, beside what is `set`. */
  readonly stored?: true;
  /** Left out of locked rows: no write asks for it. */
  readonly aside?: true;
}

export interface Column<Stored = unknown, Answered = unknown, Sent = unknown, Rules extends ColumnRules = ColumnRules> {
  readonly type: ColumnType<Stored, Answered, Sent>;
  readonly rules: Rules;
}

export type Columns = Readonly<Record<string, Column>>;

export function column<Stored, Answered, Sent, const Rules extends ColumnRules>(
  type: ColumnType<Stored, Answered, Sent>,
  rules: Rules,
): Column<Stored, Answered, Sent, Rules> {
  return { type, rules };
}

type RulesOf<C> = C extends { readonly rules: infer Rules } ? Rules : never;
type Named<L, Rules> = { [K in keyof L]: RulesOf<L[K]> extends Rules ? K : never }[keyof L];
type Null<C> = RulesOf<C> extends { readonly nullable: true } ? null : never;
type ValuesOf<C> = C extends { readonly type: ColumnType<infer Stored, infer Answered, infer Sent> }
  ? [Stored, Answered, Sent]
  : never;
type Stored<C> = ValuesOf<C>[0] | Null<C>;
type Answered<C> = ValuesOf<C>[1] | Null<C>;
type Sent<C> = ValuesOf<C>[2] | Null<C>;

/** What callers may set of a row. */
export type Fields<L> = { readonly [K in Named<L, { readonly set: object }>]: Stored<L[K]> };

/** What a locked row holds. */
export type Locked<L> = { readonly [K in Exclude<keyof L, Named<L, { readonly aside: true }>>]: Stored<L[K]> };

type Hidden<L> = Named<L, { readonly answer: object; readonly customers: 'nothing' }>;

/** What an answer holds; without what customers do not see to them. */
export type Answer<L> = {
  readonly [K in Exclude<Named<L, { readonly answer: object }>, Hidden<L>>]: Answered<L[K]>;
} & { readonly [K in Hidden<L>]?: Answered<L[K]> };

type Input<C> = Sent<C> | (RulesOf<C> extends { readonly set: { readonly clears: true } } ? null : never);
type Demanded<L> = Exclude<
  Named<L, { readonly set: object }>,
  | Named<L, { readonly set: { readonly initial: unknown } }>
  | Named<L, { readonly set: { readonly open: { readonly optional: true } } }>
>;

/** A body that opens a row. */
export type Opening<L> = { readonly [K in Demanded<L>]: Input<L[K]> } & {
  readonly [K in Exclude<Named<L, { readonly set: object }>, Demanded<L>>]?: Input<L[K]>;
};

/** A body that changes one. */
export type Change<L> = { readonly [K in Named<L, { readonly set: object }>]?: Input<L[K]> };
