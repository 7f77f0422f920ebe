import type { Runtime } from './runtime.js';

export interface TenantAnswer {
  readonly status: string;
  readonly databaseName: string;
  readonly appUrl: string;
}

interface Admin {
  readonly email: string;
  readonly name: string;
  readonly password: string;
}

/** The control API as its first operator. */
export class Control {
  private constructor(
    private readonly origin: string,
    private readonly token: string,
  ) {}

  /** Throws when the operator's password is not the one that this start knows, or does not suffice. */
  static async signIn({ controlApi, operator }: Omit<Runtime, 'demo' | 'mail'>): Promise<Control> {
    const { status, body } = await request<{ accessToken?: string }>(
      `${controlApi}/api/v1/auth/login`,
      'POST',
      operator,
    );
    if (status !== 200)
      throw new Error(`${operator.email} cannot sign in with the password that this start knows (${status})`);
    if (body.accessToken === undefined)
      throw new Error(
        `${operator.email} has a second factor, and this start knows the password alone: sign in with a code to create tenants and to begin migration runs`,
      );
    return new Control(controlApi, body.accessToken);
  }

  async find(slug: string): Promise<TenantAnswer | undefined> {
    const { status, body } = await this.send<TenantAnswer>('GET', `/tenants/${slug}`);
    if (status === 404) return undefined;
    return this.expect(200, 'GET', `/tenants/${slug}`, { status, body });
  }

  async create(slug: string, name: string, admin: Admin): Promise<TenantAnswer> {
    return this.expect(201, 'POST', '/tenants', await this.send('POST', '/tenants', { slug, name, admin }));
  }

  /** How many tenants with a database lack a migration, as far as one of them shows. */
  async countBehind(): Promise<number> {
    const all = await this.read<{ meta: { total: number } }>(
      '/tenants?status=active,suspended,inactive&limit=1&include=total',
    );
    let behind = 0;
    for (let cursor: string | null = ''; cursor !== null;) {
      const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page: { data: { tenants: number }[]; meta: { nextCursor: string | null } } = await this.read(
        `/migrations?limit=100${after}`,
      );
      for (const { tenants } of page.data) behind = Math.max(behind, all.meta.total - tenants);
      cursor = page.meta.nextCursor;
    }
    return behind;
  }

  /** The id of a run that brings every tenant to the newest schema: a new one, or the one that is under way. */
  async migrate(): Promise<string> {
    const answer = await this.send<{ id: string; runId?: string }>('POST', '/migration-runs', {});
    if (answer.status === 409 && answer.body.runId !== undefined) return answer.body.runId;
    return this.expect(202, 'POST', '/migration-runs', answer).id;
  }

  private async read<T>(path: string): Promise<T> {
    return this.expect(200, 'GET', path, await this.send<T>('GET', path));
  }

  private send<T>(method: string, path: string, body?: object): Promise<Answer<T>> {
    return request<T>(`${this.origin}/api/v1${path}`, method, body, this.token);
  }

  private expect<T>(wanted: number, method: string, path: string, { status, body }: Answer<T>): T {
    if (status !== wanted) throw new Error(`${method} ${path} answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }
}

interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

async function request<T>(url: string, method: string, body?: object, token?: string): Promise<Answer<T>> {
  const response = await fetch(url, {
    method,
    headers: {
      prefer: 'wait=30',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as T };
}
