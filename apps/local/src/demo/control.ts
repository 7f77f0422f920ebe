import type { Runtime } from '../runtime.js';

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
    const { status, body } = await request<TenantAnswer>(
      `${this.origin}/api/v1/tenants/${slug}`,
      'GET',
      undefined,
      this.token,
    );
    if (status === 404) return undefined;
    if (status !== 200) throw new Error(`GET /tenants/${slug} answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  async create(slug: string, name: string, admin: Admin): Promise<TenantAnswer> {
    const { status, body } = await request<TenantAnswer>(
      `${this.origin}/api/v1/tenants`,
      'POST',
      { slug, name, admin },
      this.token,
    );
    if (status !== 201) throw new Error(`POST /tenants answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }
}

async function request<T>(
  url: string,
  method: string,
  body?: object,
  token?: string,
): Promise<{ status: number; body: T }> {
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
