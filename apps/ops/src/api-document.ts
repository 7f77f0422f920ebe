import { readFileSync } from 'node:fs';

/** The parts of an OpenAPI document that make a command. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly nullable?: boolean;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly minimum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly description?: string;
  readonly schema?: Schema;
}

interface DocumentedOperation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly responses?: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** One route of the API. */
export interface Operation extends DocumentedOperation {
  readonly method: string;
  readonly path: string;
}

const file = new URL('../../../docs/openapi/control-api.json', import.meta.url);

/** The document of this release: what it has is what the command line offers. */
export const readDocument = () => JSON.parse(readFileSync(file, 'utf8')) as ApiDocument;

export function operationsOf({ paths }: ApiDocument): Operation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
}

/** A schema without references at its top. */
export function resolved(document: ApiDocument, schema: Schema): Schema {
  const [either, ...others] = schema.anyOf?.filter(({ type }) => type !== 'null') ?? [];
  if (either !== undefined && others.length === 0) return { ...resolved(document, either), nullable: true };
  const only = schema.allOf?.length === 1 ? schema.allOf[0] : undefined;
  if (only !== undefined) return { ...resolved(document, only), ...(schema.nullable === true && { nullable: true }) };
  if (schema.$ref === undefined) return schema;
  const named = document.components.schemas[schema.$ref.split('/').at(-1) ?? ''];
  return named === undefined ? {} : resolved(document, named);
}
