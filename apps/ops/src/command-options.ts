import type { Options } from 'yargs';
import { resolved, type ApiDocument, type Operation, type Schema } from './api-document.js';
import { Ended, exits } from './exits.js';

/** What a command line says, as yargs reads it. */
export type Arguments = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** A field of a body: `limits.maxConnections`. */
interface Field {
  readonly path: string;
  readonly schema: Schema;
  readonly isRequired: boolean;
}

/** What is sent. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
}

const deepest = 3;
const own = new Set([
  'json',
  'url',
  'yes',
  'all',
  'wait',
  'body',
  'file',
  'help',
  'version',
  'if-match',
  'idempotency-key',
]);

const typesOf = ({ type }: Schema): readonly string[] => (typeof type === 'string' ? [type] : (type ?? []));

/** The options of a command: the route's parameters and the fields of its body. */
export function optionsOf(document: ApiDocument, operation: Operation): Readonly<Record<string, Options>> {
  const options: Record<string, Options> = {};
  for (const { name, in: place, description, schema = {} } of operation.parameters ?? [])
    if (place === 'query') options[name] = optionOf(resolved(document, schema), description);
  for (const { path, schema, isRequired } of fieldsOf(document, operation))
    options[optionNameOf(path)] = optionOf(
      schema,
      [isRequired ? '(required)' : '', schema.description].join(' ').trim(),
    );
  if (jsonSchemaOf(operation) !== undefined)
    options['body'] = { type: 'string', description: 'The whole body as JSON, or - for standard input' };
  if (csvOf(operation)) options['file'] = { type: 'string', demandOption: true, description: 'The CSV file, or -' };
  for (const name of ['If-Match', 'Idempotency-Key'])
    if (operation.parameters?.some((parameter) => parameter.in === 'header' && parameter.name === name) === true)
      options[name.toLowerCase()] = { type: 'string', description: `The header ${name}` };
  return options;
}

/** A field whose name is that of one of our own options has another one. */
const optionNameOf = (path: string) => (own.has(path) ? `${path}-field` : path);

function optionOf(schema: Schema, description = ''): Options {
  const types = typesOf(schema);
  const choices = schema.enum ?? schema.items?.enum;
  const named = choices === undefined ? description : `${description} [${choices.join('|')}]`.trim();
  if (types.includes('boolean') || isSwitch(choices)) return { type: 'boolean', description };
  if (types.includes('array')) return { type: 'string', array: true, description: named };
  return { type: 'string', description: named };
}

/** A query has no booleans: `?dryRun=true` is one of two words. */
const isSwitch = (choices: readonly unknown[] = []) =>
  choices.length === 2 && choices.includes('true') && choices.includes('false');

/** Reads a file, or standard input for `-`. */
export type ReadFile = (name: string) => Promise<string>;

/** The request of a command line. Throws Ended. */
export async function requestOf(
  document: ApiDocument,
  operation: Operation,
  given: Arguments,
  readFile: ReadFile,
): Promise<ApiRequest> {
  const path = operation.path.replace(/\{([^{}]+)\}/g, (_, name: string) => encodeURIComponent(String(given[name])));
  const query = new URLSearchParams();
  for (const { name, in: place } of operation.parameters ?? []) {
    const value = given[name];
    if (place === 'query' && value !== undefined)
      query.set(name, Array.isArray(value) ? value.join(',') : String(value));
  }
  const { method } = operation;
  const request = { method, path: query.size === 0 ? path : `${path}?${query.toString()}` };
  if (csvOf(operation))
    return { ...request, body: await readFile(String(given['file'])), contentType: 'text/csv; charset=utf-8' };
  if (jsonSchemaOf(operation) === undefined) return request;
  const body = given['body'];
  const text =
    typeof body === 'string'
      ? body === '-'
        ? await readFile('-')
        : body
      : JSON.stringify(bodyOf(document, operation, given));
  return { ...request, body: text, contentType: 'application/json' };
}

function bodyOf(document: ApiDocument, operation: Operation, given: Arguments): object {
  const body: Record<string, unknown> = {};
  for (const { path, schema } of fieldsOf(document, operation)) {
    const value = given[optionNameOf(path)];
    if (value === undefined) continue;
    const parents = path.split('.');
    const last = parents.pop() ?? '';
    let place = body;
    for (const name of parents) place = (place[name] ??= {}) as Record<string, unknown>;
    place[last] = valueOf(document, schema, value, path);
  }
  return body;
}

function valueOf(document: ApiDocument, schema: Schema, value: unknown, path: string): unknown {
  if (value === 'null' && (schema.nullable === true || typesOf(schema).includes('null'))) return null;
  if (Array.isArray(value)) {
    const items = value.flatMap((each) => String(each).split(','));
    return items.map((each) => valueOf(document, resolved(document, schema.items ?? {}), each, path));
  }
  const types = typesOf(schema);
  if (types.includes('integer') || types.includes('number')) {
    const number = Number(value);
    if (value === '' || Number.isNaN(number))
      throw new Ended(exits.usage, `--${path} is a number, not ${String(value)}.`);
    return number;
  }
  if (types.includes('string') || typeof value !== 'string') return value;
  try {
    return JSON.parse(value); // What may be of several types, or is an object.
  } catch {
    return value;
  }
}

/** The fields of a body; those of an object within it by dotted names. */
function fieldsOf(document: ApiDocument, operation: Operation): Field[] {
  const schema = jsonSchemaOf(operation);
  return schema === undefined ? [] : [...fieldsIn(document, resolved(document, schema), '', true, 1)];
}

function* fieldsIn(
  document: ApiDocument,
  schema: Schema,
  parent: string,
  isRequired: boolean,
  depth: number,
): Generator<Field> {
  for (const [name, declared] of Object.entries(schema.properties ?? {})) {
    const field = {
      ...resolved(document, declared),
      ...(declared.description && { description: declared.description }),
    };
    const path = parent === '' ? name : `${parent}.${name}`;
    const needed = isRequired && schema.required?.includes(name) === true;
    const { properties, ...whole } = field;
    const hasFields = properties !== undefined && depth < deepest;
    if (hasFields && field.nullable === true) yield { path, schema: whole, isRequired: needed }; // For `null`.
    if (hasFields) yield* fieldsIn(document, field, path, needed, depth + 1);
    else yield { path, schema: field, isRequired: needed };
  }
}

const jsonSchemaOf = ({ requestBody }: Operation) => requestBody?.content['application/json']?.schema;
const csvOf = ({ requestBody }: Operation) => requestBody?.content['text/csv'] !== undefined;

/** The options that a body needs, each with a value that it takes. */
export function requiredFieldsOf(
  document: ApiDocument,
  operation: Operation,
): readonly { readonly option: string; readonly value: string | true }[] {
  const fields = fieldsOf(document, operation)
    .filter(({ isRequired }) => isRequired)
    .map(({ path, schema }) => ({ option: optionNameOf(path), value: valueFor(schema) }));
  return csvOf(operation) ? [...fields, { option: 'file', value: 'rows.csv' }] : fields;
}

const values: Readonly<Record<string, string>> = {
  'date-time': '2027-01-01T00:00:00Z',
  email: 'ada@acme.example',
  'idn-email': 'ada@acme.example',
  uuid: '0198c0de-0000-7000-8000-000000000000',
};

/** Something that a field takes, as one writes it on a command line. */
function valueFor(schema: Schema): string | true {
  const { example, enum: choices, format = '', items, minimum } = schema;
  const types = typesOf(schema);
  if (types.includes('boolean')) return true;
  if (types.includes('array')) return valueFor(items ?? {});
  const given = example ?? choices?.[0] ?? values[format];
  if (typeof given === 'string' || typeof given === 'number') return String(given);
  return types.includes('integer') || types.includes('number') ? String(minimum ?? 1) : 'text';
}
