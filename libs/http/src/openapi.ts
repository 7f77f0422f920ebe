import type { ErrorCode } from '@helpdeskly/errors';
import { applyDecorators, type INestApplication, type Type } from '@nestjs/common';
import { ApiExtension, ApiExtraModels, ApiProperty, ApiResponse, DocumentBuilder, getSchemaPath, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { Access } from './access.js';
import { PageMetaDto } from './page-query.js';
import { problemKinds } from './problems.js';

class FieldErrorDto {
  @ApiProperty({ example: 'admin.email' })
  readonly field!: string;
  @ApiProperty({ example: 'malformed' })
  readonly code!: string;
  @ApiProperty({ example: 'This is not an email address.' })
  readonly message!: string;
}

/** RFC 9457, as every error is answered. */
export class ProblemDto {
  @ApiProperty({ example: 'urn:helpdeskly:problem:not_found' })
  readonly type!: string;
  @ApiProperty()
  readonly title!: string;
  @ApiProperty({ type: 'integer' })
  readonly status!: number;
  @ApiProperty()
  readonly detail!: string;
  @ApiProperty({ enum: Object.keys(problemKinds) })
  readonly code!: string;
  @ApiProperty()
  readonly requestId!: string;
  @ApiProperty({ type: [FieldErrorDto], required: false, description: 'With validation_failed.' })
  readonly errors?: FieldErrorDto[];
  @ApiProperty({ type: 'integer', required: false, description: 'With version_conflict.' })
  readonly currentVersion?: number;
  @ApiProperty({ required: false, description: 'With invalid_transition.' })
  readonly from?: string;
  @ApiProperty({ required: false, description: 'With invalid_transition.' })
  readonly to?: string;
  @ApiProperty({ type: [String], required: false, description: 'With invalid_transition.' })
  readonly allowed?: string[];
}

/** The problems that a route answers with beside those that follow from its form (see `completeDocument`). */
export const ApiProblems = (...codes: ErrorCode[]) => ApiExtension('x-problems', codes);

/** A single answer. */
export const ApiAnswer = (status: number, type: Type, description = '') =>
  applyDecorators(ApiExtraModels(type), ApiResponse({ status, description, schema: { $ref: getSchemaPath(type) } }));

/** A page of a list. */
export const ApiPage = (type: Type) =>
  applyDecorators(
    ApiExtraModels(type, PageMetaDto),
    ApiResponse({
      status: 200,
      description: '',
      schema: {
        type: 'object',
        required: ['data', 'meta'],
        properties: { data: { type: 'array', items: { $ref: getSchemaPath(type) } }, meta: { $ref: getSchemaPath(PageMetaDto) } },
      },
      headers: { Link: { description: 'The next page, rel="next".', schema: { type: 'string' } } },
    }),
  );

export interface DocumentOptions {
  readonly title: string;
  readonly description: string;
  readonly version: string;
  /** Problems that every route under /api/v1 may answer with, such as those of finding a tenant. */
  readonly commonProblems: readonly ErrorCode[];
}

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']> & { 'x-access'?: Access; 'x-problems'?: ErrorCode[] };

/** The OpenAPI 3.1 document: full paths, and each route's problems by status. */
export function buildDocument(app: INestApplication, options: DocumentOptions): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(options.title)
    .setDescription(options.description)
    .setVersion(options.version)
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' });
  const document = SwaggerModule.createDocument(app, builder.build(), { extraModels: [ProblemDto], operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}` });
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of ['get', 'post', 'put', 'patch', 'delete'] as const) {
      const operation = item[method];
      if (operation !== undefined) complete(operation, path, method, options.commonProblems);
    }
  }
  return withNullTypes(document);
}

function complete(operation: Operation, path: string, method: string, common: readonly ErrorCode[]): void {
  const codes = new Set<ErrorCode>(['internal_error', 'validation_failed', ...(operation['x-problems'] ?? [])]);
  if (path.startsWith('/api/')) {
    for (const code of [...common, 'rate_limited'] as const) codes.add(code);
    if (operation['x-access'] !== 'public') codes.add('token_invalid');
    if (Array.isArray(operation['x-access'])) codes.add('forbidden');
    if (path.includes('{')) codes.add('not_found');
    if (operation.requestBody !== undefined || method !== 'get') for (const code of ['malformed_json', 'payload_too_large', 'unsupported_media_type'] as const) codes.add(code);
    if (operation.parameters?.some((parameter) => 'name' in parameter && parameter.name === 'cursor')) codes.add('invalid_cursor');
    if (operation.parameters?.some((parameter) => 'name' in parameter && parameter.name === 'Idempotency-Key')) {
      codes.add('idempotency_in_progress');
      codes.add('idempotency_key_reused');
    }
    if (operation.parameters?.some((parameter) => 'name' in parameter && parameter.name === 'If-Match')) codes.add('version_conflict');
  }
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) byStatus.set(problemKinds[code].status, [...(byStatus.get(problemKinds[code].status) ?? []), code]);
  for (const [status, list] of [...byStatus].sort(([a], [b]) => a - b)) {
    const problem = { 'application/problem+json': { schema: { allOf: [{ $ref: getSchemaPath(ProblemDto) }, { type: 'object', properties: { code: { enum: list.sort() } } }] } } };
    const declared = operation.responses[String(status)];
    const content = declared !== undefined && 'content' in declared ? declared.content : {};
    operation.responses[String(status)] = { description: list.join(', '), content: { ...content, ...problem } };
  }
  delete operation['x-problems'];
}

/** OpenAPI 3.1 has no `nullable`: a schema that may be null says so in its type. */
function withNullTypes<T>(node: T): T {
  if (Array.isArray(node)) return node.map(withNullTypes) as T;
  if (typeof node !== 'object' || node === null) return node;
  const { nullable, ...rest } = node as Record<string, unknown> & { nullable?: unknown };
  const entries = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, withNullTypes(value)]));
  if (nullable !== true) return entries as T;
  if (typeof entries.type === 'string') {
    const values = Array.isArray(entries.enum) ? { enum: [...(entries.enum as unknown[]), null] } : {};
    return { ...entries, ...values, type: [entries.type, 'null'] } as T;
  }
  const { description, example, ...schema } = entries;
  return { ...(description === undefined ? {} : { description }), ...(example === undefined ? {} : { example }), anyOf: [schema, { type: 'null' }] } as T;
}
