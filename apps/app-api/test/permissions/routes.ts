import type { System } from '@helpdeskly/testing';

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

interface Operation {
  readonly parameters?: readonly { readonly name: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** A route of the running system, as its OpenAPI document tells of it. */
export interface Route {
  /** Method and path, without /api/v1. */
  readonly name: string;
  readonly method: string;
  /** With something in the place of each parameter. */
  readonly path: string;
  readonly idempotent: boolean;
  /** The fields of its body that name something else: `authorId`, `changes.groupId`. */
  readonly references: readonly string[];
}

export async function documentedRoutes({ app }: System): Promise<readonly Route[]> {
  const document = (await (await fetch(`${app.origin}/docs/openapi.json`)).json()) as Document;
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) =>
      routeOf(document, path.replace(/^\/api\/v1/, ''), method, operation),
    ),
  );
}

function routeOf(document: Document, path: string, method: string, { parameters, requestBody }: Operation): Route {
  const body = requestBody?.content['application/json']?.schema;
  return {
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path: path.replace(/\{\w+\}/g, '01a1fac5-30c5-7dac-ac30-a758dbba7229'),
    idempotent: (parameters ?? []).some(({ name }) => name === 'Idempotency-Key'),
    references:
      body === undefined ? [] : fieldsOf(document, body).filter((field) => /(?:^|\.)(?:\w+I|i)ds?$/.test(field)),
  };
}

function fieldsOf(document: Document, schema: Schema): string[] {
  const named = schema.$ref?.split('/').at(-1);
  const found = named === undefined ? schema : document.components.schemas[named];
  const parts = [...(found?.allOf ?? []), ...(found?.anyOf ?? [])].flatMap((part) => fieldsOf(document, part));
  const own = Object.entries(found?.properties ?? {}).flatMap(([name, inner]) => [
    name,
    ...fieldsOf(document, inner).map((field) => `${name}.${field}`),
  ]);
  return [...parts, ...own];
}

/** What is open to everybody, why, and what it answers somebody without a token who sends nothing. */
export const publicRoutes: Readonly<Record<string, { readonly because: string; readonly answers: number }>> = {
  'GET /health': { because: 'an orchestrator has no account', answers: 200 },
  'GET /health/live': { because: 'an orchestrator has no account', answers: 200 },
  'GET /health/ready': { because: 'an orchestrator has no account', answers: 200 },
  'GET /.well-known/jwks.json': { because: 'public keys are public', answers: 200 },
  'POST /auth/login': { because: 'this is where tokens come from', answers: 400 },
  'POST /auth/refresh': { because: 'the refresh token is in the body', answers: 400 },
  'POST /auth/mfa/verify': { because: 'the mfaToken is in the body', answers: 400 },
  'POST /auth/password-reset': { because: 'whoever forgot a password has no token', answers: 400 },
  'POST /auth/invitations/accept': { because: 'the invitation is in the body', answers: 400 },
  'GET /attachments/{id}/content': { because: 'the link is signed, for browsers', answers: 400 },
};
