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

  /** Throws when the operator's password is not the one that this start knows. */
  static async signIn({ controlApi, operator }: Omit<Runtime, 'demo'>): Promise<Control> {
    const { status, body } = await request<{ accessToken: string }>(
      `${controlApi}/api/v1/auth/login`,
      'POST',
      operator,
    );
    if (status !== 200)
      throw new Error(`${operator.email} cannot sign in with the password that this start knows (${status})`);
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

  /** How many tenants with a database lack the newest migration. */
  async countBehind(): Promise<number> {
    const newest = await this.read<{ data: { tenants: number }[] }>('/migrations?sort=-name&limit=1');
    const all = await this.read<{ meta: { total: number } }>(
      '/tenants?status=active,suspended,inactive&limit=1&include=total',
    );
    const [migration] = newest.data;
    return migration === undefined ? 0 : Math.max(0, all.meta.total - migration.tenants);
  }

  /** The id of a run that brings every tenant to the newest schema. */
  async migrate(): Promise<string> {
    const { id } = this.expect(
      202,
      'POST',
      '/migration-runs',
      await this.send<{ id: string }>('POST', '/migration-runs', {}),
    );
    return id;
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
