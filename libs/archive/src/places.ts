/** Where an archive's own blobs are. */
export function backupSpace(archiveId: string): string {
  return `${backupPrefix}${archiveId}`;
}

/** Where the blobs are that a tenant's archives share: its files, and its sealed key. */
export function tenantSpace(tenantId: string): string {
  return `${tenantPrefix}${tenantId}`;
}

export const backupPrefix = 'backup-';
export const tenantPrefix = 'tenant-';
export const manifestName = 'manifest';
/** The key of the tenant's archives, encrypted. */
export const keyName = 'key';
/** The names of files' blobs begin with it. */
export const filePrefix = 'file-';
/** The name of the installation whose archives a store has. */
export const ownerPlace = { space: 'installation', name: 'name' } as const;
