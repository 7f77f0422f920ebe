/** Says on the server itself whose database or role something is: `helpdeskly:<installation>:<tenant id>`. */
export function ownershipMarker(installation: string, tenantId: string): string {
  return `helpdeskly:${installation}:${tenantId}`;
}

/** Opaque: neither slug nor name shows in a database's name. */
export function tenantDatabaseName(tenantId: string): string {
  return `t_${tenantId.replaceAll('-', '')}`;
}

/** The first of the two login roles that a tenant's credentials alternate between. */
export function tenantRoleName(tenantId: string): string {
  return `${tenantDatabaseName(tenantId)}_a`;
}
