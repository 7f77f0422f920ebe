import { readonlyRole } from '../tenant-databases/server-roles.js';
import { mostRows } from './fleet-query.dto.js';

/** As many bytes as one row may have, as JSON. */
const mostBytes = 65_536;

/**
 * Refuses text that is not one whole statement by itself: within the cursor's parentheses it could close them and put a branch of its own
 * beside the rows that are measured and made JSON.
 */
export const wholeStatement = (sql: string) => ({
  text: `PREPARE helpdeskly_statement AS\n${withoutEnd(sql)}`,
  queryMode: 'extended' as const,
});

const head = `DECLARE helpdeskly_fleet NO SCROLL CURSOR FOR
  SELECT CASE WHEN octet_length(helpdeskly_json."row") <= ${mostBytes} THEN helpdeskly_json."row" END AS "row"
    FROM (\n`;
const tail = `\n) helpdeskly_row, LATERAL (SELECT row_to_json(helpdeskly_row)::text AS "row") helpdeskly_json`;

export const begin = `BEGIN TRANSACTION READ ONLY; SET LOCAL ROLE ${readonlyRole}`;

/**
 * A cursor over a statement: PostgreSQL opens one only for what returns rows and writes nothing. The rows are JSON, so that numbers stay
 * exact; the server holds back a row that is too large. Sent by the extended protocol, which takes one statement. Only for what
 * wholeStatement has let pass.
 */
export const cursorFor = (sql: string) => ({
  text: `${head}${withoutEnd(sql)}${tail}`,
  queryMode: 'extended' as const,
});

/** Without the semicolons after it. */
function withoutEnd(sql: string): string {
  let end = sql.length;
  while (/[;\s]/.test(sql[end - 1] ?? '')) end--;
  return sql.slice(0, end);
}

/** One more than is shown tells whether there are more. */
export const fetch = `FETCH ${mostRows + 1} FROM helpdeskly_fleet`;

/** What only the statement is to blame for, whatever the database: its grammar, or that it writes. */
export const grammarStates: readonly string[] = ['42601', '0A000'];
