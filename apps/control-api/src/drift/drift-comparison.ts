import { setTimeout as sleep } from 'node:timers/promises';
import { ControlDatabase } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import { appliedMigrations, type AppliedMigration } from '@helpdeskly/migrator';
import { Inject, Injectable } from '@nestjs/common';
import { installationName } from '../configuration/tokens.js';
import { isOfControl, isServerAway, ServerRests } from '../server-connections/server-breaker.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import { appliedIn } from '../tenant-databases/schema-sets.js';
import { TemplateDatabases } from '../tenant-databases/template-database.js';
import { isTransient } from '../tenant-databases/transient-failure.js';
import { mustHaveDatabase } from '../tenant-status/tenant-policy.js';
import { catalogDigest, catalogObjects } from './catalog-objects.queries.js';
import { differencesOf, type Difference } from './differences.js';
import { ExpectationFailed, ExpectedCatalogs } from './expected-catalogs.js';

/** The pauses between tries, in milliseconds: longer together than a server rests that did not answer. */
const pausesMs = [500, 1500, 3000] as const;

/** What a comparison found; undefined for a tenant that has no database any more. */
export type Compared = { readonly differences: readonly Difference[] } | { readonly error: string } | undefined;

/** Compares one tenant's database with the template of its migrations. It only reads. */
@Injectable()
export class DriftComparison {
  constructor(
    private readonly control: ControlDatabase,
    private readonly servers: ServerConnections,
    private readonly templates: TemplateDatabases,
    @Inject(installationName) private readonly installation: string,
  ) {}

  /** What to expect, for one check: templates may change between two. */
  async expectations(): Promise<ExpectedCatalogs> {
    await this.templates.refresh();
    return new ExpectedCatalogs(this.templates, this.installation);
  }

  /**
   * Does not throw for what is wrong with the database or its server: that is its answer, once waiting has not helped. `isEnding` ends the
   * waiting. Throws what is the control database's own failure.
   */
  async compare(tenantId: string, expected: ExpectedCatalogs, isEnding = () => false): Promise<Compared> {
    for (let attempt = 0; ; attempt++) {
      const tenant = await this.control.client.tenant.findUnique({
        where: { id: tenantId },
        include: { schemaSet: true, server: true },
      });
      if (tenant === null || !mustHaveDatabase(tenant)) return undefined;
      const { databaseName, schemaSet, server } = tenant;
      if (server.state === 'OFFLINE') return { error: `The database server ${server.name} is OFFLINE.` };
      const known = schemaSet === null ? undefined : appliedIn(schemaSet);
      try {
        return await this.servers.breaker.run(server.id, () => this.read(server.id, databaseName, known, expected));
      } catch (error) {
        if (isOfControl(error)) throw error;
        const pauseMs = pausesMs[attempt];
        if (pauseMs === undefined || isEnding() || !mayPass(error)) return { error: describeFailure(error) };
        await sleep(pauseMs);
      }
    }
  }

  private async read(
    serverId: string,
    databaseName: string,
    known: readonly AppliedMigration[] | undefined,
    expected: ExpectedCatalogs,
  ): Promise<Compared> {
    const server = await this.servers.server(serverId);
    const client = await server.connect(databaseName);
    try {
      await client.query('SET default_transaction_read_only = on; SET search_path = public');
      const applied = await appliedMigrations(client);
      const { digest, objects } = await expected.of(server, known ?? applied);
      const recorded = recordedOtherwise(known ?? applied, applied);
      if ((await catalogDigest(client)) === digest) return { differences: recorded };
      return { differences: [...recorded, ...differencesOf(objects, await catalogObjects(client))] };
    } finally {
      await client.end();
    }
  }
}

/** Whether it is not about this tenant: its server, or the clone that all tenants are compared with. */
const mayPass = (error: unknown) =>
  [ExpectationFailed, ServerRests].some((kind) => error instanceof kind) || isServerAway(error) || isTransient(error);

/** The catalog and the database's own record may tell different migrations. */
function recordedOtherwise(known: readonly AppliedMigration[], applied: readonly AppliedMigration[]): Difference[] {
  const named = (migrations: readonly AppliedMigration[]) =>
    migrations.map(({ name, checksum }) => ({ object: `migration ${name}`, definition: checksum }));
  return differencesOf(named(known), named(applied));
}
