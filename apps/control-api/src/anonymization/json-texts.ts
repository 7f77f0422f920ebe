import type { Pseudonyms } from './pseudonyms.js';

/** Under these names stands one of our own words, such as a status. */
const wordsOfOurs = new Set([
  'status',
  'priority',
  'visibility',
  'role',
  'kind',
  'type',
  'sort',
  'locale',
  'redacted',
  'deleted',
  'spam',
]);
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const harmless = [
  uuid,
  /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/,
  /^(RELATED|DUPLICATE_OF|BLOCKS) [0-9a-f-]{36}$/,
  /^(me|none|any|mine)$/,
];

/**
 * The JSON of a column, with stand-ins for all texts but ids, times and our own words: what is not known to be one of these is taken for
 * somebody's.
 */
export function jsonWithout(json: string, pseudonyms: Pseudonyms): string {
  return JSON.stringify(changed(JSON.parse(json), '', pseudonyms));
}

/** `name` is what it stands under, lists and `from` and `to` aside. */
function changed(value: unknown, name: string, pseudonyms: Pseudonyms): unknown {
  if (typeof value === 'string') return text(value, name, pseudonyms);
  if (Array.isArray(value)) return value.map((each) => changed(each, name, pseudonyms));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      changed(each, key === 'from' || key === 'to' ? name : key, pseudonyms),
    ]),
  );
}

function text(value: string, name: string, pseudonyms: Pseudonyms): string {
  if (wordsOfOurs.has(name) || harmless.some((form) => form.test(value))) return value;
  if (/tags?$/i.test(name)) return pseudonyms.tag(value);
  return uuid.test(name) ? pseudonyms.label(value) : pseudonyms.text(value);
}
