import type { ControlDatabase } from '@helpdeskly/catalog';
import { scratchDatabaseName } from '../tenant-databases/names.js';

/** The names of the databases in which verifications that are not over restore archives. */
export async function scratchInUse(control: ControlDatabase, installation: string): Promise<ReadonlySet<string>> {
  const where = { verifyRequestedAt: { not: null } };
  const backups = await control.client.backup.findMany({ where, select: { id: true } });
  return new Set(backups.map(({ id }) => scratchDatabaseName(installation, id)));
}
