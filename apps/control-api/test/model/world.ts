import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Passwords } from '@helpdeskly/auth';
import { asAdmin, connected, owner, startSystem, until, urlOf, type Caller, type System } from '@helpdeskly/testing';
import { ControlModel, type SignedIn } from './model.js';
import { complaint } from './steps.js';
import type { Place, TenantModel } from './tenant-model.js';
import { Trail } from './trail.js';

const operatorNames = ['owner', 'operator', 'viewer'] as const;
const password = 'a password of theirs';
/** Access tokens last a quarter of an hour. */
const signInAgainAfterMs = 300_000;

/** The real thing: both APIs, three operators, and what an order needs besides HTTP. */
export class World {
  /** How many orders were carried out, and how many refused. */
  readonly tally = { carriedOut: 0, refused: 0 };
  private operators: Readonly<Record<(typeof operatorNames)[number], SignedIn>> | undefined;
  private signedInAt = 0;

  private constructor(
    readonly system: System,
    readonly place: Place,
  ) {}

  static async start(): Promise<World> {
    const system = await startSystem({
      control: {
        APP_PUBLIC_URL: 'http://localhost:3000',
        RATE_LIMIT_TENANT_PER_MINUTE: '12000',
        TENANT_QUERY_TIMEOUT_MS: '200',
      },
    });
    const { body } = await system.operator.get('/database-servers');
    const folder = fileURLToPath(new URL('../../../../prisma/tenant/migrations', import.meta.url));
    const entries = await readdir(folder, { withFileTypes: true });
    const migrations = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const appUrlOf = (slug: string) => `http://${slug}.localhost:3000`;
    const world = new World(system, { serverId: body.data[0].id, migrations: migrations.sort(), appUrlOf });
    await world.makeOperators();
    for (const name of ['Gold', 'gold']) await system.operator.post('/plans', { name });
    await system.createTenant(); // The template is there from now on.
    await world.makeUnlucky();
    return world;
  }

  /** A model of what is there once everything of an earlier run is gone. */
  async begin(): Promise<ControlModel> {
    const operators = await this.signIn();
    const reader = this.caller(operators.owner.credential);
    await this.purgeAll(reader);
    for (const table of ['ApiKey', 'IdempotencyKey']) await this.system.installation.query(`DELETE FROM "${table}"`);
    return new ControlModel(this.place, await Trail.begin(reader), operators);
  }

  caller(credential: string | undefined): Caller {
    return this.system.control.as(credential === undefined ? {} : { authorization: `Bearer ${credential}` });
  }

  /** Whoever looks at what became of an order. */
  get reader(): Caller {
    return this.caller(this.operators?.owner.credential);
  }

  /** Waits for the end of a tenant's rotation, if there is one. */
  async settle(tenant: TenantModel): Promise<void> {
    if (!tenant.rotating) return;
    const read = async () => (await this.reader.get(`/tenants/${tenant.id}`)).body;
    await until(async () => (await read()).version === tenant.version + 1);
    tenant.observe(await read());
  }

  /** Waits for the end of a purge. */
  async gone(id: string): Promise<void> {
    await until(async () => (await this.reader.get(`/tenants/${id}`)).status === 404);
  }

  /** Waits for the end of an attempt to bring a tenant to life. */
  async provisioned(id: string): Promise<any> {
    const read = async () => (await this.reader.get(`/tenants/${id}`)).body;
    await until(async () => (await read()).status !== 'PROVISIONING');
    return read();
  }

  /** Takes what stands in the way of an unlucky tenant out of its database. */
  async mend({ databaseName }: TenantModel): Promise<void> {
    await connected(urlOf(databaseName), (client) => client.query('DROP TRIGGER IF EXISTS unlucky ON "User"'));
  }

  async close(): Promise<void> {
    await this.purgeAll(this.system.operator).finally(() => this.system.close());
  }

  /** From now on tenants whose admin is `…@unlucky.test` fail, for a reason that does not pass by itself. */
  private async makeUnlucky(): Promise<void> {
    const [named] = await this.system.installation.query<{ key: string }>('SELECT "key" FROM "Installation"');
    await asAdmin(async (admin) => {
      const { rows } = await admin.query<{ datname: string }>('SELECT datname FROM pg_database WHERE datname LIKE $1', [
        `helpdeskly\\_template\\_${named?.key}\\_%`,
      ]);
      for (const { datname } of rows) {
        await admin.query(`ALTER DATABASE ${datname} WITH ALLOW_CONNECTIONS true`);
        await connected(urlOf(datname), (client) =>
          client.query(`
            CREATE FUNCTION unlucky() RETURNS trigger LANGUAGE plpgsql AS $$
              BEGIN RAISE EXCEPTION '${complaint}'; END $$;
            CREATE TRIGGER unlucky BEFORE INSERT ON "User"
              FOR EACH ROW WHEN (NEW."email" LIKE '%@unlucky.test') EXECUTE FUNCTION unlucky();`),
        );
        await admin.query(`ALTER DATABASE ${datname} WITH ALLOW_CONNECTIONS false`);
      }
    });
  }

  private async makeOperators(): Promise<void> {
    const passwordHash = await new Passwords().hash(password);
    for (const role of ['OPERATOR', 'VIEWER']) {
      await this.system.installation.query(
        `INSERT INTO "Operator" ("email", "emailKey", "name", "passwordHash", "role")
         VALUES (lower($1::text) || '@example.test', lower($1::text) || '@example.test', $1, $2, $1::"OperatorRole")`,
        [role, passwordHash],
      );
    }
  }

  private async signIn(): Promise<NonNullable<World['operators']>> {
    if (this.operators !== undefined && Date.now() - this.signedInAt < signInAgainAfterMs) return this.operators;
    const signIn = async (name: string): Promise<SignedIn> => {
      const account = name === 'owner' ? owner : { email: `${name}@example.test`, password };
      const { body } = await this.system.control.as().post('/auth/login', account);
      const { id, email, role } = body.user;
      return { kind: 'OPERATOR', id, name: body.user.name, email, role, credential: body.accessToken };
    };
    const [first, second, third] = operatorNames;
    this.operators = { owner: await signIn(first), operator: await signIn(second), viewer: await signIn(third) };
    this.signedInAt = Date.now();
    return this.operators;
  }

  private async purgeAll(reader: Caller): Promise<void> {
    const { body } = await reader.get('/tenants?limit=100');
    const ids = body.data.map(({ id }: { id: string }) => id);
    for (const id of ids) {
      await until(async () => (await reader.get(`/tenants/${id}`)).body.status !== 'PROVISIONING');
      await reader.delete(`/tenants/${id}?purge=now`);
    }
    for (const id of ids) await until(async () => (await reader.get(`/tenants/${id}`)).status === 404);
  }
}
