import { describeFailure } from '@helpdeskly/database';
import { Logger } from '@nestjs/common';
import type { ControlPlane } from './control-plane.js';

const log = new Logger('DatabaseServers');

/** Brings the poolers and every server up to date; one that is away does not prevent the start. */
export async function prepareServers(
  { poolers, notices, preparation }: ControlPlane,
  options: { readonly patiently?: boolean } = {},
): Promise<void> {
  await poolers
    .publishUsers()
    .catch((error: unknown) => log.error(`The users of the pooler are not up to date yet: ${describeFailure(error)}`));
  for (const report of [...notices.reports, ...notices.auditLockWeaknesses]) log.warn(report);
  await preparation.prepareAll(options);
}
