import { fileURLToPath } from 'node:url';

// The same path from src and from dist: both are three folders below the repository's root.
const prisma = new URL('../../../prisma/', import.meta.url);

export const controlMigrationsDir = fileURLToPath(new URL('control/migrations', prisma));
export const tenantMigrationsDir = fileURLToPath(new URL('tenant/migrations', prisma));

/** Only a superuser can run it; see the file. */
export const largeObjectsScript = fileURLToPath(new URL('server/large-objects.sql', prisma));
