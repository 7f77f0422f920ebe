/** Says on the server itself whose database or role something is: `helpdeskly:<installation>:<tenant id>`. */
export function ownershipMarker(installation: string, tenantId: string): string {
  return `helpdeskly:${installation}:${tenantId}`;
}

/** Opaque: neither slug nor name shows in a database's name. */
export function tenantDatabaseName(tenantId: string): string {
  return `t_${tenantId.replaceAll('-', '')}`;
}

/** The two login roles that a tenant's credentials alternate between; the first one is what it begins with. */
export function tenantRoleNames(tenantId: string): readonly [string, string] {
  const database = tenantDatabaseName(tenantId);
  return [`${database}_a`, `${database}_b`];
}
