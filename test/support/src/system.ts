import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createAppApi } from 'app-api';
import { createControlApi } from 'control-api';
import { Api, type Caller } from './api.js';
import { Installation, owner, type InstallationOptions } from './installation.js';

const password = 'a password of many words';

/** A tenant made through the control API, and its people. */
export interface TestTenant {
  readonly id: string;
  readonly slug: string;
  readonly databaseName: string;
  readonly roleName: string;
  /** Nobody's: for signing in, and for what needs no token. */
  readonly visitor: Caller;
  readonly admin: User;
  /** A new user of a role, signed in. */
  user(role: 'ADMIN' | 'AGENT' | 'CUSTOMER', name?: string): Promise<User>;
  signIn(email: string, withPassword?: string): Promise<User>;
}

/** A signed-in user. */
export interface User extends Caller {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Both APIs on an installation of their own, in this process. */
export interface System {
  readonly installation: Installation;
  readonly control: Api;
  readonly app: Api;
  readonly controlApp: NestFastifyApplication;
  readonly appApp: NestFastifyApplication;
  /** The first operator, an OWNER. */
  readonly operator: Caller;
  createTenant(options?: { slug?: string; plan?: string; limits?: object }): Promise<TestTenant>;
  close(): Promise<void>;
}

interface Environment extends InstallationOptions {
  readonly control?: Readonly<Record<string, string>>;
  readonly app?: Readonly<Record<string, string>>;
  /** Whether the control API also takes jobs; without, a ServiceProcess does. */
  readonly workers?: boolean;
  /** Whether the app API also takes jobs; without, `createAppWorker` or a ServiceProcess does. */
  readonly appWorkers?: boolean;
}

/** What a busy machine must not turn into refusals, in tests of something else. */
const patient = {
  RATE_LIMIT_USER_PER_MINUTE: '0',
  RATE_LIMIT_TENANT_PER_MINUTE: '0',
  TENANT_CONNECTION_WAIT_MS: '30000',
  TENANT_QUERY_TIMEOUT_MS: '60000',
};

/** Starts both APIs on free ports. Rates are not limited, and waiting for connections is patient, unless the environment says otherwise. */
export async function startSystem(environment: Environment = {}): Promise<System> {
  const inheritsTemplate = environment.control?.TENANT_MIGRATIONS_DIR === undefined;
  const installation = await Installation.create({ inheritsTemplate, ...environment });
  const { workers = true, appWorkers = true } = environment;
  const controlConfig = installation.controlConfig({ ...patient, ...environment.control });
  const controlApp = await createControlApi(controlConfig, { workers });
  const control = await listening(controlApp);
  const appConfig = installation.appConfig({ ...patient, ...environment.app });
  const appApp = await createAppApi(appConfig, undefined, { workers: appWorkers });
  const app = await listening(appApp);
  const apps = [appApp, controlApp];
  const system: System = {
    installation,
    control,
    app,
    controlApp,
    appApp,
    ...(await signInOperator({ installation, control, app })),
    close: async () => {
      // A worker keeps the module of each test file that it has run, and what its variables name.
      Object.assign(system, { controlApp: undefined, appApp: undefined });
      for (const each of apps.splice(0)) await each.close();
      await installation.remove();
    },
  };
  return system;
}

/** What the first operator does with a system; the token serves for a quarter of an hour. */
export async function signInOperator({
  installation,
  control,
  app,
}: Pick<System, 'installation' | 'control' | 'app'>): Promise<Pick<System, 'operator' | 'createTenant'>> {
  const { body } = await control.as().post('/auth/login', owner);
  const operator = control.as({ authorization: `Bearer ${body.accessToken}` });
  return { operator, createTenant: (options = {}) => createTenant(operator, app, installation, options) };
}

async function listening(app: NestFastifyApplication): Promise<Api> {
  await app.listen(0, '127.0.0.1');
  return Api.at(await app.getUrl());
}

async function createTenant(
  operator: Caller,
  app: Api,
  installation: Installation,
  options: { slug?: string; plan?: string; limits?: object },
): Promise<TestTenant> {
  const slug = options.slug ?? `t-${randomBytes(5).toString('hex')}`;
  const adminEmail = `admin@${slug}.example`;
  const { status, body } = await operator.post(
    '/tenants',
    {
      name: `Tenant ${slug}`,
      slug,
      plan: options.plan,
      limits: options.limits,
      admin: { email: adminEmail, name: 'Ada Admin', password },
    },
    { headers: { prefer: 'wait=30' } },
  );
  if (status !== 201) throw new Error(`the tenant ${slug} was answered ${status}: ${JSON.stringify(body)}`);
  const [row] = await installation.query<{ roleName: string }>('SELECT "roleName" FROM "Tenant" WHERE "id" = $1', [
    body.id,
  ]);
  const visitor = app.as({ 'x-tenant-slug': slug });
  const signIn = async (email: string, withPassword: string = password): Promise<User> => {
    const ask = () => visitor.post('/auth/login', { email, password: withPassword });
    let answer = await ask();
    // As any client does: a machine with more to do than it can is no fault of the tenant.
    for (let tries = 1; answer.status === 503 && tries < 10; tries++) {
      await sleep(500);
      answer = await ask();
    }
    if (answer.status !== 200) throw new Error(`${email} could not sign in: ${JSON.stringify(answer.body)}`);
    const { accessToken, refreshToken, user } = answer.body;
    return {
      ...visitor.with({ authorization: `Bearer ${accessToken}` }),
      id: user.id,
      email: user.email,
      name: user.name,
      accessToken,
      refreshToken,
    };
  };
  const admin = await signIn(adminEmail);
  return {
    id: body.id,
    slug,
    databaseName: body.databaseName,
    roleName: row?.roleName ?? '',
    visitor,
    admin,
    signIn,
    user: async (role, name = `A ${role.toLowerCase()}`) => {
      const email = `${role.toLowerCase()}-${randomBytes(4).toString('hex')}@${slug}.example`;
      const created = await admin.post('/users', { email, name, role, password });
      if (created.status !== 201) throw new Error(`a user could not be created: ${JSON.stringify(created.body)}`);
      return signIn(email);
    },
  };
}
