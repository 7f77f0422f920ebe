import type { TenantCatalog } from './tenant-catalog.js';

/** A mail address outside MAIL_DOMAIN that a tenant has, or wants to have. */
export interface ClaimedAddress {
  /** In lower case. */
  readonly addressKey: string;
  /** Whether the tenant has shown that it gets the mail. */
  readonly verified: boolean;
  /** How long ago it was claimed, in milliseconds. */
  readonly ageMs: number;
}

/** Those of a tenant. Throws CatalogUnavailable. */
export function claimedAddresses(catalog: TenantCatalog, tenantId: string): Promise<ClaimedAddress[]> {
  return catalog.query<ClaimedAddress>(
    `SELECT "addressKey", "verifiedAt" IS NOT NULL AS "verified", (extract(epoch FROM now() - "claimedAt") * 1000)::double precision AS "ageMs"
       FROM "catalog"."mail_address" WHERE "tenantId" = $1 ORDER BY "addressKey"`,
    [tenantId],
  );
}

/** The tenant with this verified address, or undefined. Throws CatalogUnavailable. */
export async function tenantWithAddress(catalog: TenantCatalog, addressKey: string): Promise<string | undefined> {
  const [row] = await catalog.query<{ tenantId: string }>(
    `SELECT "tenantId"::text AS "tenantId" FROM "catalog"."mail_address" WHERE "addressKey" = $1 AND "verifiedAt" IS NOT NULL`,
    [addressKey],
  );
  return row?.tenantId;
}

/**
 * Whether the address is the tenant's from now on: for a day, or once it is `proven` until it is freed. False when it is another one's.
 * Repeatable. Throws CatalogUnavailable.
 */
export async function claimAddress(
  catalog: TenantCatalog,
  tenantId: string,
  addressKey: string,
  proven: boolean,
): Promise<boolean> {
  const [row] = await catalog.query<{ claimed: boolean }>(
    'SELECT "catalog"."claim_mail_address"($1, $2, $3) AS "claimed"',
    [tenantId, addressKey, proven],
  );
  return row?.claimed === true;
}

/** Lets any tenant have an address of this one. Throws CatalogUnavailable. */
export async function freeAddress(catalog: TenantCatalog, tenantId: string, addressKey: string): Promise<void> {
  await catalog.query('SELECT "catalog"."free_mail_address"($1, $2)', [tenantId, addressKey]);
}
