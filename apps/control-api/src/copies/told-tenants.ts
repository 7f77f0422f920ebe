import type { ClientBase } from 'pg';

/** An entry of a tenant's own audit trail about what operators did to its data. */
export interface ToldTenant {
  readonly type: 'RESTORED_BY_OPERATOR' | 'CLONED_BY_OPERATOR';
  /** Ids and names alone. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Writes it into the tenant's audit trail, unless exactly this is there. */
export async function tellOnce(client: ClientBase, { type, details }: ToldTenant): Promise<void> {
  await client.query(
    `INSERT INTO "AuditEvent" ("type", "actorType", "details")
     SELECT $1, 'OPERATOR', $2::jsonb
      WHERE NOT EXISTS (SELECT FROM "AuditEvent" e WHERE e."type" = $1 AND e."details" = $2::jsonb)`,
    [type, JSON.stringify(details)],
  );
}
