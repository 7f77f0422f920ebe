import type { Prisma } from '@helpdeskly/tenant-db';

/** Takes the default from the mailbox that has it; the caller gives it to another one. */
export async function moveDefault(tx: Prisma.TransactionClient): Promise<void> {
  const data = { isDefault: false, version: { increment: 1 }, updatedAt: new Date() };
  await tx.mailbox.updateMany({ where: { isDefault: true }, data });
}
