import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// The same from src and from dist: both stand three folders below the repository's root.
const folder = fileURLToPath(new URL('../../../prisma/tenant/migrations', import.meta.url));

/** The names of the migrations that this build was made for: a tenant that lacks one is not served by it. */
export function requiredMigrations(): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
