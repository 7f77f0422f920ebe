import { MfaStore, Passwords, SessionStore } from '@helpdeskly/auth';
import type { ControlDatabase } from '@helpdeskly/catalog';
import { recordSystemEvent } from '../audit/audit-trail.js';

/**
 * Makes an operator, new or not, an active OWNER with this password: for the host, when nobody can log in any more.
 * Ends their sessions and invitations, and turns their second factor off. Returns whether the operator existed.
 */
export async function resetOwner(
  control: ControlDatabase,
  passwords: Passwords,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<'created' | 'reset'> {
  const passwordHash = await passwords.hash(password);
  const emailKey = email.normalize('NFC').toLowerCase();
  return control.transaction(async (tx) => {
    const before = await tx.operator.findUnique({ where: { emailKey }, select: { id: true } });
    const now = { passwordHash, role: 'OWNER', status: 'ACTIVE' } as const;
    const { id } = await tx.operator.upsert({
      where: { emailKey },
      create: { email, emailKey, name: 'Owner', ...now },
      update: { ...now, version: { increment: 1 }, updatedAt: new Date() },
    });
    await new SessionStore('control').revokeAll(tx, id);
    await new MfaStore('control').turnOff(tx, id);
    await tx.operatorInvitation.deleteMany({ where: { operatorId: id, usedAt: null } });
    await recordSystemEvent(tx, { action: 'operator.reset', details: { id, email, role: 'OWNER' } });
    return before === null ? 'created' : 'reset';
  });
}
