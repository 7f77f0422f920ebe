import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

interface OpenApi {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }>>
    >
  >;
  readonly components: { readonly schemas: Readonly<Record<string, { readonly properties?: object }>> };
}

/** Holds answers to an OpenAPI document: a status, a body or a problem code that it does not declare is an error. */
export class AnswerChecker {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly routes: readonly { readonly pattern: RegExp; readonly path: string }[];
  private readonly validators = new Map<string, ValidateFunction>();
  private static readonly known = new Map<string, AnswerChecker>();

  /** By the document's JSON. Every system that a worker starts has the same one, and to read it takes a while. */
  static of(document: string): AnswerChecker {
    const known = this.known.get(document) ?? new AnswerChecker(JSON.parse(document) as OpenApi);
    this.known.set(document, known);
    return known;
  }

  private constructor(private readonly document: OpenApi) {
    (addFormats as unknown as (ajv: Ajv2020) => void)(this.ajv);
    // RFC 6531: local part and domain may hold letters beyond ASCII. ajv-formats does not know it.
    this.ajv.addFormat('idn-email', /^[^\s@]+@[^\s@]+$/);
    this.ajv.addSchema({ $id: 'document', ...document });
    this.routes = Object.keys(document.paths)
      .sort((a, b) => a.split('{').length - b.split('{').length) // Fixed paths before those with parameters.
      .map((path) => ({ path, pattern: new RegExp(`^${path.replace(/\{[^{}]+\}/g, '[^/]+')}$`) }));
  }

  /** Throws an Error that says what of an answer is not as declared. */
  check(method: string, url: string, status: number, contentType: string | null, body: unknown): void {
    const pathname = url.split('?', 1)[0] ?? '';
    const path = this.routes.find(({ pattern }) => pattern.test(pathname))?.path;
    const operation = path === undefined ? undefined : this.document.paths[path]?.[method.toLowerCase()];
    const problem = body as { code?: string } | undefined;
    if (operation === undefined) {
      if (pathname.startsWith('/docs')) return;
      if (status === 404 && (problem?.code === 'route_not_found' || method === 'HEAD')) return;
      throw new Error(`${method} ${url} is not in the document, and answered ${status} ${JSON.stringify(body)}`);
    }
    const declared = operation.responses[String(status)];
    if (declared === undefined)
      throw new Error(`${method} ${path} answered ${status}, which is not declared: ${JSON.stringify(body)}`);
    const type = contentType?.split(';', 1)[0];
    if (type === undefined || method === 'HEAD') return;
    if (declared.content?.[type] === undefined) {
      if (body === undefined) return;
      throw new Error(`${method} ${path} answered ${status} as ${type}, which is not declared`);
    }
    const pointer = ['paths', path ?? '', method.toLowerCase(), 'responses', String(status), 'content', type, 'schema']
      .map(escapePointer)
      .join('/');
    const validate = this.validators.get(pointer) ?? this.compile(pointer);
    if (!validate(body))
      throw new Error(
        `${method} ${path} answered ${status} in another form than declared: ${this.ajv.errorsText(validate.errors)}\n${JSON.stringify(body)}`,
      );
  }

  /** Throws an Error unless a value is as the schema of that name says, without a field that it does not have. */
  checkSchema(name: string, value: object): void {
    const pointer = `components/schemas/${escapePointer(name)}`;
    const validate = this.validators.get(pointer) ?? this.compile(pointer);
    const unknown = Object.keys(value).filter(
      (key) => !(key in (this.document.components.schemas[name]?.properties ?? {})),
    );
    if (!validate(value) || unknown.length > 0)
      throw new Error(
        `not a ${name}: ${this.ajv.errorsText(validate.errors)} ${unknown.join()}\n${JSON.stringify(value)}`,
      );
  }

  private compile(pointer: string): ValidateFunction {
    const validate = this.ajv.compile({ $ref: `document#/${pointer}` });
    this.validators.set(pointer, validate);
    return validate;
  }
}

const escapePointer = (part: string) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
