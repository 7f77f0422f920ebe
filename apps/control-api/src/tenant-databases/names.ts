/** The comment on a database or role that names its owner: `helpdeskly:<installation>:<tenant id>`. */
export function ownershipMarker(installation: string, tenantId: string): string {
  return `helpdeskly:${installation}:${tenantId}`;
}

/** The marker of a database that is ready for a new tenant. */
export function warmMarker(installation: string): string {
  return `helpdeskly:${installation}:warm`;
}

/**
 * The marker of a database that has served. It belongs to a customer, whatever the catalog says (an older catalog may have been
 * restored), and only its own purge drops it.
 */
export function servedMarker(marker: string): string {
  return `${marker}:served`;
}

/** A database for a while: the archive of a backup is restored in it, or migrations are rehearsed. `id` is that of the work. */
export function scratchDatabaseName(installation: string, id: string): string {
  return `${scratchPrefix(installation)}${id.replaceAll('-', '')}`;
}

export function scratchPrefix(installation: string): string {
  return `hd_scratch_${installation}_`;
}

/** The marker of such a database. */
export function scratchMarker(installation: string): string {
  return `helpdeskly:${installation}:scratch`;
}

/** The database whose place an archive has taken, until it is archived itself. */
export function formerDatabaseName(tenantId: string): string {
  return `${tenantDatabaseName(tenantId)}_former`;
}

/** The marker of such a database: nobody but the restore that made it drops it. */
export function formerMarker(marker: string): string {
  return `${marker}:former`;
}

/** The database of a tenant that has moved to another server, until it is dropped. */
export function movedDatabaseName(tenantId: string): string {
  return `${tenantDatabaseName(tenantId)}_moved`;
}

/** The marker of such a database: nobody but the move that left it drops it. */
export function movedMarker(marker: string): string {
  return `${marker}:moved`;
}

/** Begins the names of the replication slots by which tenants move. */
export const slotPrefix = 'helpdeskly_move_';

/** The slot that keeps a tenant's changes while it moves. */
export function slotName(tenantId: string): string {
  return `${slotPrefix}${tenantId.replaceAll('-', '')}`;
}

/** The publication of those changes, in the tenant's database. */
export const publicationName = 'helpdeskly_move';

/** Begins the name of a login that is made for one fleet query. */
export const queryLoginPrefix = 'helpdeskly_query_';

/** The marker of such a login. */
export function queryLoginMarker(installation: string): string {
  return `helpdeskly:${installation}:query`;
}

/** Whether a comment is `marker`, served or not. */
export function bears(comment: string | null, marker: string): boolean {
  return comment === marker || comment === servedMarker(marker);
}

/** Opaque: a database's name shows neither slug nor name. */
export function tenantDatabaseName(tenantId: string): string {
  return `t_${tenantId.replaceAll('-', '')}`;
}

/** The two login roles between which a tenant's credentials alternate; the first one is the initial one. */
export function tenantRoleNames(tenantId: string): readonly [string, string] {
  const database = tenantDatabaseName(tenantId);
  return [`${database}_a`, `${database}_b`];
}
