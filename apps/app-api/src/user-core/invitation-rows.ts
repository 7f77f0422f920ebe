import { createOneTimeToken } from '@helpdeskly/auth';
import type { Prisma } from '@helpdeskly/tenant-db';

/** What lets its holder set a user's password, once. */
export interface IssuedInvitation {
  readonly token: string;
  readonly expiresAt: Date;
}

/** One more for a user whose row the transaction has locked; those that expired go. Only its hash is stored. */
export async function issueInvitation(
  tx: Prisma.TransactionClient,
  userId: string,
  lifetimeMs: number,
): Promise<IssuedInvitation> {
  const { token, hash } = createOneTimeToken('hdi');
  const now = Date.now();
  const expiresAt = new Date(now + lifetimeMs);
  await tx.invitation.deleteMany({ where: { userId, usedAt: null, expiresAt: { lte: new Date(now) } } });
  await tx.invitation.create({ data: { userId, tokenHash: hash, expiresAt } });
  return { token, expiresAt };
}

/** What was issued to a user and not used yet is worth nothing any more. */
export async function withdrawInvitations(tx: Prisma.TransactionClient, userId: string): Promise<void> {
  await tx.invitation.deleteMany({ where: { userId, usedAt: null } });
}

/** The invitation with that hash, if it is still good. */
export function usableInvitation(tokenHash: Uint8Array<ArrayBuffer>): Prisma.InvitationWhereInput {
  return { tokenHash, usedAt: null, expiresAt: { gt: new Date() }, user: { status: { not: 'DISABLED' } } };
}
