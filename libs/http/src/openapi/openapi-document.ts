import { STATUS_CODES } from 'node:http';
import type { ErrorCode } from '@helpdeskly/errors';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, getSchemaPath, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { answerHeaders, commonParameters, headersOf } from './openapi-headers.js';
import { ProblemDto } from './openapi.js';
import { problemKinds } from '../answers/problems.js';
import { type Access, keyScheme, setupRoutes } from '../wire/route-facts.js';

/** A header that every route under /api/v1 accepts, such as the one that names a tenant. */
export interface CommonHeader {
  readonly name: string;
  readonly description: string;
}

export interface DocumentOptions {
  readonly title: string;
  readonly description: string;
  readonly version: string;
  /** The description of each tag, in the order in which the tags are shown. */
  readonly tags: Readonly<Record<string, string>>;
  /** Problems with which every route under /api/v1 may answer, such as an unknown tenant. */
  readonly commonProblems: readonly ErrorCode[];
  readonly commonHeaders?: readonly CommonHeader[];
  /** What API keys with scopes look like, where there are some. */
  readonly apiKeys?: { readonly bearerFormat: string; readonly description: string };
}

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']> & {
  'x-access'?: Access;
  'x-scope'?: string | null;
  'x-problems'?: ErrorCode[];
  'x-located'?: true;
};
type Content = NonNullable<Extract<Operation['responses'][string], { content?: unknown }>['content']>;
type Parameter = NonNullable<Operation['parameters']>[number];
type Schema = Record<string, unknown>;

/** Problems with which the edge itself may answer any request that reaches a route. */
const everyRoute: readonly ErrorCode[] = [
  'malformed_request',
  'request_timeout',
  'headers_too_large',
  'validation_failed',
];
const everyRouteOfTheApi: readonly ErrorCode[] = ['host_invalid', 'rate_limited'];

/** The OpenAPI 3.1 document: full paths, each route's problems by status, and the headers of its answers. */
export function buildDocument(app: INestApplication, options: DocumentOptions): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(options.title)
    .setDescription(options.description)
    .setVersion(options.version)
    .addServer('/', 'The server that this document comes from')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' });
  if (options.apiKeys !== undefined)
    builder.addSecurity(keyScheme, { type: 'http', scheme: 'bearer', ...options.apiKeys });
  for (const [tag, description] of Object.entries({ ...options.tags, health: 'Whether the service runs, and serves' }))
    builder.addTag(tag, description);
  const document = SwaggerModule.createDocument(app, builder.build(), {
    extraModels: [ProblemDto],
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of ['get', 'post', 'put', 'patch', 'delete'] as const) {
      const operation = item[method];
      if (operation !== undefined) new Completion(document, operation, path, method).complete(options);
    }
  }
  document.info.contact = { name: 'Helpdeskly' };
  document.info.license = { name: 'MIT', identifier: 'MIT' } as never; // The SPDX identifier is new in OpenAPI 3.1.
  document.components = { ...document.components, headers: { ...answerHeaders } };
  return inItsForm(document);
}

/** Adds to one operation what follows from its form, so that no controller has to repeat it. */
class Completion {
  /** Whether the edge checks its host, its caller and the rate: below /api, and elsewhere where a token is wanted. */
  private readonly checked: boolean;

  constructor(
    private readonly document: OpenAPIObject,
    private readonly operation: Operation,
    private readonly path: string,
    private readonly method: string,
  ) {
    const access = operation['x-access'];
    this.checked = path.startsWith('/api/') || (access !== undefined && access !== 'public');
  }

  complete(options: DocumentOptions): void {
    const { operation } = this;
    const common = this.checked
      ? (options.commonHeaders ?? []).map((header) => ({
          ...header,
          in: 'header',
          required: false,
          schema: { type: 'string' },
        }))
      : [];
    operation.parameters = distinct([...(operation.parameters ?? []), ...common, ...commonParameters] as Parameter[]);
    const codesByStatus = this.codesByStatus(options.commonProblems);
    const statuses = new Set([...Object.keys(operation.responses), ...[...codesByStatus.keys()].map(String)]);
    operation.responses = Object.fromEntries(
      [...statuses].map((status) => [status, this.response(Number(status), codesByStatus.get(Number(status)) ?? [])]),
    );
    if (operation['x-access'] === 'public') operation.security = []; // Explicit, so that nobody thinks it was forgotten.
    delete operation['x-problems'];
    delete operation['x-located'];
  }

  private response(status: number, codes: readonly ErrorCode[]): Operation['responses'][string] {
    const declared = (this.operation.responses[String(status)] ?? {}) as {
      description?: string;
      content?: Content;
      headers?: object;
    };
    const code = { type: 'object', properties: { code: { enum: [...codes] } } };
    const problem = { 'application/problem+json': { schema: { allOf: [{ $ref: getSchemaPath(ProblemDto) }, code] } } };
    const content = { ...declared.content, ...(codes.length === 0 ? {} : problem) };
    const description =
      [declared.description ?? '', codes.join(', ')].filter((part) => part !== '').join(' ') ||
      (STATUS_CODES[status] ?? '');
    const form = {
      status,
      codes,
      checked: this.checked,
      versioned: this.isVersioned(declared.content?.['application/json']?.schema),
      located: this.operation['x-located'] === true,
      idempotent: this.takes('Idempotency-Key'),
    };
    return {
      ...declared,
      description,
      headers: { ...headersOf(form), ...declared.headers },
      ...(Object.keys(content).length === 0 ? {} : { content }),
    };
  }

  private codesByStatus(common: readonly ErrorCode[]): Map<number, ErrorCode[]> {
    const byStatus = new Map<number, ErrorCode[]>();
    for (const code of [...new Set(this.codes(common))].sort()) {
      const { status } = problemKinds[code];
      byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
    }
    return byStatus;
  }

  private *codes(common: readonly ErrorCode[]): Generator<ErrorCode> {
    const { operation } = this;
    yield 'internal_error';
    yield* everyRoute;
    yield* operation['x-problems'] ?? [];
    if (!this.checked) return;
    yield* everyRouteOfTheApi;
    yield* common;
    if (operation['x-access'] !== 'public') yield 'token_invalid';
    if (Array.isArray(operation['x-access']) || operation['x-scope'] !== undefined) yield 'forbidden';
    if (operation['x-access'] !== 'public' && !this.path.startsWith(setupRoutes)) yield 'mfa_setup_required';
    if (this.path.includes('{')) yield 'not_found';
    if (this.method !== 'get') yield* ['malformed_json', 'payload_too_large', 'unsupported_media_type'] as const;
    if (this.takes('cursor')) yield 'invalid_cursor';
    if (this.takes('If-Match')) yield 'version_conflict';
    if (this.takes('Idempotency-Key')) yield* ['idempotency_in_progress', 'idempotency_key_reused'] as const;
  }

  private takes(name: string): boolean {
    return this.operation.parameters?.some((parameter) => 'name' in parameter && parameter.name === name) === true;
  }

  private isVersioned(schema: object | undefined): boolean {
    const [, name] = /^#\/components\/schemas\/(.+)$/.exec((schema as { $ref?: string } | undefined)?.$ref ?? '') ?? [];
    const model = name === undefined ? undefined : this.document.components?.schemas?.[name];
    return model !== undefined && 'properties' in model && model.properties?.['version'] !== undefined;
  }
}

/** Keeps one parameter for each name and place: the route's own precedes the common one. */
function distinct(parameters: readonly Parameter[]): Parameter[] {
  const byName = new Map<string, Parameter>();
  for (const parameter of parameters) {
    const key = '$ref' in parameter ? parameter.$ref : `${parameter.in} ${parameter.name.toLowerCase()}`;
    if (!byName.has(key)) byName.set(key, parameter);
  }
  return [...byName.values()];
}

/** OpenAPI 3.1 has no `nullable`: the type lists null instead. An `allOf` of one schema is replaced by that schema. */
function inItsForm<T>(node: T): T {
  if (Array.isArray(node)) return node.map(inItsForm) as T;
  if (typeof node !== 'object' || node === null) return node;
  const { nullable, ...rest } = flattened(node as Schema);
  const entries: Schema = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, inItsForm(value)]));
  if (nullable !== true) return entries as T;
  if (typeof entries.type === 'string') {
    const values = Array.isArray(entries.enum) ? { enum: [...(entries.enum as unknown[]), null] } : {};
    return { ...entries, ...values, type: [entries.type, 'null'] } as T;
  }
  const { description, example, ...schema } = entries;
  return {
    ...(description === undefined ? {} : { description }),
    ...(example === undefined ? {} : { example }),
    anyOf: [schema, { type: 'null' }],
  } as T;
}

function flattened({ allOf, ...rest }: Schema): Schema {
  if (!Array.isArray(allOf)) return allOf === undefined ? rest : { ...rest, allOf };
  return allOf.length === 1 ? { ...(allOf[0] as Schema), ...rest } : { ...rest, allOf };
}
