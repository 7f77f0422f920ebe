import createClient, { type Client } from 'openapi-fetch';

/** A problem as the API answers it (RFC 9457). */
export interface Problem {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly requestId?: string;
  readonly errors?: readonly { readonly field: string; readonly code: string; readonly message: string }[];
  readonly currentVersion?: number;
}

/** What an API answered instead of a result; `code` is `offline` when no answer came. */
export class ApiFailure extends Error {
  constructor(
    readonly problem: Problem,
    readonly retryAfter?: number,
  ) {
    super(problem.detail);
    this.name = 'ApiFailure';
  }

  get code(): string {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }

  /** The first rule that a field broke. */
  of(field: string): string | undefined {
    return this.problem.errors?.find((error) => error.field === field)?.message;
  }
}

/** A typed client of one of our APIs; `send` adds credentials. */
export function createApi<Paths extends object>(send: (request: Request) => Promise<Response>): Client<Paths> {
  return createClient<Paths>({
    baseUrl: '/',
    fetch: send,
    querySerializer: { array: { style: 'form', explode: false } },
  });
}

/** An answer's body; throws ApiFailure for everything that is no success, an empty 503 included. */
export async function unwrap<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let answer;
  try {
    answer = await call;
  } catch (cause) {
    if (cause instanceof ApiFailure) throw cause;
    throw new ApiFailure({ code: 'offline', status: 0, detail: 'No connection.' });
  }
  const { data, error, response } = answer;
  if (response.ok) return data as T;
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  throw new ApiFailure(
    isProblem(error) ? error : { code: 'unavailable', status: response.status, detail: response.statusText },
    Number.isFinite(retryAfter) ? retryAfter : undefined,
  );
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && typeof (value as Problem).code === 'string';
}
