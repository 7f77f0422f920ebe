import { Passwords } from '@helpdeskly/auth';
import type { ControlDatabase } from '@helpdeskly/catalog';
import { recordSystemEvent } from '../audit/audit-trail.js';

/** Makes the first OWNER when there is no operator yet. Safe to repeat, and from several processes at once. */
export async function ensureFirstOwner(
  control: ControlDatabase,
  passwords: Passwords,
  first: { readonly email: string; readonly password: string },
): Promise<void> {
  if ((await control.client.operator.count()) > 0) return;
  const passwordHash = await passwords.hash(first.password);
  await control.transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('helpdeskly first owner'))`;
    if ((await tx.operator.count()) > 0) return;
    const { email } = first;
    await tx.operator.create({
      data: { email, emailKey: email.toLowerCase(), name: 'Owner', passwordHash, role: 'OWNER' },
    });
    await recordSystemEvent(tx, { action: 'operator.created', details: { email, role: 'OWNER' } });
  });
}
