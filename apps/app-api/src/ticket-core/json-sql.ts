import { Prisma } from '@helpdeskly/tenant-db';
import { isoTimeText } from './iso-time.js';

/**
 * SQL that writes JSON as JSON.stringify would, byte for byte. Reads that are hot answer with it: nothing parses their rows or
 * writes them again. `||` costs PostgreSQL less than row_to_json (400 against 470 µs for a page of 25 tickets) and json_build_object,
 * which also puts spaces between its fields. All SQL here is ours, never input. No JSON may be NULL: that would be the whole text.
 */

/** Text without a character that JSON escapes: an id, an enum's value, a time. */
export const quoted = (text: string) => `'"' || ${text} || '"'`;

/** Any value that JSON knows, arrays included. */
export const encoded = (value: string) => `to_json(${value})::text`;

/** A time in UTC with milliseconds. */
export const timed = (column: string) => quoted(isoTimeText(column));

export const orNull = (json: string) => `coalesce(${json}, 'null')`;

/** A field's name and its JSON; a function where that depends on who reads. */
export type JsonField<Reader> = readonly [name: string, json: string | ((reader: Reader) => Prisma.Sql)];

/** The object of these fields. What does not depend on the reader is put together once. */
export function jsonObject<Reader>(fields: readonly JsonField<Reader>[]): (reader: Reader) => Prisma.Sql {
  const texts: string[] = [];
  const made: ((reader: Reader) => Prisma.Sql)[] = [];
  let text = `'{`;
  for (const [place, [name, json]] of fields.entries()) {
    text += `${place === 0 ? '' : ','}"${name}":' || `;
    if (typeof json === 'string') text += json;
    else {
      texts.push(text);
      made.push(json);
      text = '';
    }
    text += ` || '`;
  }
  texts.push(`${text}}'`);
  const constant = made.length === 0 ? new Prisma.Sql(texts, []) : undefined;
  const madeFor = (reader: Reader) => made.map((make) => make(reader));
  return (reader) => constant ?? new Prisma.Sql(texts, madeFor(reader));
}
