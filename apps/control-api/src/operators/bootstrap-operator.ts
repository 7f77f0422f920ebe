import { passwordFault, Passwords } from '@helpdeskly/auth';
import type { ControlDatabase } from '@helpdeskly/catalog';
import { ConfigError } from '@helpdeskly/config';
import { recordSystemEvent } from '../audit/audit-trail.js';
import { passwordOwner } from './password-owner.js';

const name = 'Owner';

/**
 * Creates the first OWNER if there is no operator. Safe to repeat, and from several processes at once. Throws ConfigError
 * for a guessable password.
 */
export async function ensureFirstOwner(
  control: ControlDatabase,
  passwords: Passwords,
  first: { readonly email: string; readonly password: string },
): Promise<void> {
  if ((await control.client.operator.count()) > 0) return;
  assertUsable(first);
  const passwordHash = await passwords.hash(first.password);
  await control.transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('helpdeskly first owner'))`;
    if ((await tx.operator.count()) > 0) return;
    const { email } = first;
    await tx.operator.create({
      data: { email, emailKey: email.normalize('NFC').toLowerCase(), name, passwordHash, role: 'OWNER' },
    });
    await recordSystemEvent(tx, { action: 'operator.created', details: { email, role: 'OWNER' } });
  });
}

function assertUsable({ email, password }: { readonly email: string; readonly password: string }): void {
  const fault = passwordFault(password, passwordOwner({ email, name }));
  if (fault !== undefined) throw new ConfigError([`BOOTSTRAP_OPERATOR_PASSWORD cannot be taken: ${fault[1]}`]);
}
