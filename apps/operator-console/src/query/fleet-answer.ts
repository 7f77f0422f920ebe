import type { Schemas } from '../api/client.js';

export type FleetAnswer = Omit<Schemas['FleetAnswerDto'], 'rows'> & { readonly rows: readonly FleetRow[] };
interface FleetRow {
  readonly tenantSlug: string;
  readonly row: Readonly<Record<string, unknown>>;
}

/** What reads the text of a number beside the number; older browsers do not give it. */
type Reviver = (this: unknown, key: string, value: unknown, context?: { readonly source?: string }) => unknown;

/** PostgreSQL's numbers can have more digits than a browser's: those that would lose some stay the text that was sent. */
const exact: Reviver = (_key, value, context) =>
  typeof value === 'number' && context?.source !== undefined && context.source !== String(value)
    ? context.source
    : value;

export const readAnswer = (json: string): FleetAnswer => JSON.parse(json, exact) as FleetAnswer;

/** The columns of all rows, in the order of their first appearance. */
export const columnsOf = ({ rows }: FleetAnswer): readonly string[] => [
  ...new Set(rows.flatMap(({ row }) => Object.keys(row))),
];

/** A value as a line of text; a null is empty, what has parts is JSON. */
export const textOfValue = (value: unknown): string =>
  typeof value === 'string' ? value : value === null || value === undefined ? '' : JSON.stringify(value);

/** The rows with a header, for a file. */
export function linesOf(answer: FleetAnswer): readonly (readonly string[])[] {
  const columns = columnsOf(answer);
  return [
    ['tenant', ...columns],
    ...answer.rows.map(({ tenantSlug, row }) => [tenantSlug, ...columns.map((column) => textOfValue(row[column]))]),
  ];
}
