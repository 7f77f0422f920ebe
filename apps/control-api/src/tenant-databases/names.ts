/** Says on the server itself whose database or role something is: `helpdeskly:<installation>:<tenant id>`. */
export function ownershipMarker(installation: string, tenantId: string): string {
  return `helpdeskly:${installation}:${tenantId}`;
}

/** The marker of a database that is ready for a tenant to come. */
export function warmMarker(installation: string): string {
  return `helpdeskly:${installation}:warm`;
}

/**
 * The marker of a database that has served: it is a customer's, whatever the catalog says (an older one may have been
 * restored), and nobody drops it but its own purge.
 */
export function servedMarker(marker: string): string {
  return `${marker}:served`;
}

/** Whether a comment says that something is what `marker` says, served or not. */
export function bears(comment: string | null, marker: string): boolean {
  return comment === marker || comment === servedMarker(marker);
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
