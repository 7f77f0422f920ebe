import type { Columns } from './column.js';

/** A field of answers that is no column, and the JavaScript that makes it of a `row`. */
export type DerivedField = readonly [name: string, expression: string];

/**
 * A function that makes an answer of a selected row, of a staff's or a customer's. It is compiled from the list, once: going through
 * the list for each row takes twice the time of an object literal, and lists are the hottest path. All of its source is ours.
 */
export function compileReader<Row, Answered>(
  columns: Columns,
  derived: readonly DerivedField[],
  helpers: Readonly<Record<string, unknown>>,
): (row: Row) => Answered {
  const answered = Object.entries(columns).filter(([, { rules }]) => rules.answer !== undefined);
  const shown = answered.filter(([, { rules }]) => rules.customers !== 'nothing');
  const [hidden] = answered.filter(([, { rules }]) => rules.customers === 'nothing');
  const literal = (fields: typeof answered) =>
    `{ ${[...fields.map(([name]) => `${name}: row.${name}`), ...derived.map(([name, made]) => `${name}: ${made}`)].join(', ')} }`;
  const body =
    hidden === undefined
      ? `return (row) => (${literal(answered)})`
      : `return (row) => row.${hidden[0]} === undefined ? ${literal(shown)} : ${literal(answered)}`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const compiled = new Function(...Object.keys(helpers), body) as (...values: unknown[]) => (row: Row) => Answered;
  return compiled(...Object.values(helpers));
}
