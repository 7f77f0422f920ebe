/**
 * Puts a tenant ($2, its slug) into a status ($1) without a worker's or an operator's doing, as far as the table's own rules
 * and the sweeps are concerned.
 */
export const enterStatus = `
  UPDATE "Tenant"
     SET "status" = $1::text::"TenantStatus",
         "accessOpen" = $1::text NOT IN ('SUSPENDED', 'INACTIVE', 'DELETING'),
         "purgeAt" = CASE WHEN $1::text = 'DELETING' THEN now() + interval '1 day' END,
         "statusBefore" = CASE WHEN $1::text = 'DELETING' THEN 'ACTIVE'::"TenantStatus" END
   WHERE "slug" = $2`;
