import { ControlDatabase } from '@helpdeskly/catalog';
import { Inject, Injectable } from '@nestjs/common';
import { installationName } from '../configuration/tokens.js';
import { warmMarker } from '../tenant-databases/names.js';

/** The warm databases in the catalog; only one tenant can claim each. */
@Injectable()
export class WarmDatabases {
  /** The comment of a warm database. */
  readonly marker: string;

  constructor(
    private readonly control: ControlDatabase,
    @Inject(installationName) readonly installation: string,
  ) {
    this.marker = warmMarker(installation);
  }

  /**
   * The name of a database for this tenant, cloned from `template`: the one that it claimed before, if its provisioning
   * runs again, else an unclaimed one. Undefined if none is ready.
   */
  async claim(tenantId: string, serverId: string, template: string): Promise<string | undefined> {
    const [claimed] = await this.control.client.$queryRaw<{ name: string }[]>`
      WITH mine AS (SELECT "name" FROM "WarmDatabase" WHERE "tenantId" = ${tenantId}::uuid),
           free AS (SELECT "name" FROM "WarmDatabase"
                     WHERE "serverId" = ${serverId}::uuid AND "template" = ${template} AND "state" = 'READY'
                       AND NOT EXISTS (SELECT FROM mine)
                     ORDER BY "createdAt" LIMIT 1 FOR UPDATE SKIP LOCKED),
           taken AS (UPDATE "WarmDatabase" w
                        SET "state" = 'CLAIMED', "tenantId" = ${tenantId}::uuid, "updatedAt" = clock_timestamp()
                       FROM free WHERE w."name" = free."name" RETURNING w."name")
      SELECT "name" FROM mine UNION ALL SELECT "name" FROM taken`;
    return claimed?.name;
  }

  /** Deletes the claim: the database is the tenant's by now, or was unusable. */
  async settle(tenantId: string): Promise<void> {
    await this.control.client.$executeRaw`DELETE FROM "WarmDatabase" WHERE "tenantId" = ${tenantId}::uuid`;
  }
}
