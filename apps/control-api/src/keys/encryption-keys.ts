import { keysInUse, type ControlDatabase, type KeyInUse, type Prisma, type Secrets } from '@helpdeskly/catalog';
import { recordSystemEvent } from '../audit/audit-trail.js';

/** Raised when ENCRYPTION_KEYS begins with a key that had been taken out of it: an older configuration is back. */
class EncryptionKeyRetired extends Error {
  constructor(readonly keyId: string) {
    super(
      `ENCRYPTION_KEYS begins with the key ${keyId}, which was replaced and taken out before: put the newest one first.`,
    );
    this.name = 'EncryptionKeyRetired';
  }
}

/** How many secrets of the control database each encryption key sealed. */
export function countKeysInUse(control: Pick<ControlDatabase, 'client'>): Promise<KeyInUse[]> {
  return control.client.$queryRawUnsafe<KeyInUse[]>(keysInUse('control'));
}

/**
 * Compares ENCRYPTION_KEYS with what the control database was sealed with, and writes down what is new about them. Throws
 * UnknownEncryptionKey while a key is missing that sealed something still in use, EncryptionKeyRetired.
 */
export async function settleEncryptionKeys(control: ControlDatabase, secrets: Secrets): Promise<void> {
  const [newest, ...older] = secrets.keyIds;
  await control.transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('helpdeskly encryption keys'))`;
    secrets.assertHolds((await countKeysInUse(control)).map(({ id }) => id));
    const known = await tx.encryptionKey.findUnique({ where: { id: newest } });
    if (known !== null && known.retiredAt !== null) throw new EncryptionKeyRetired(newest);
    if (known === null) await begin(tx, newest);
    await retire(tx, [newest, ...older]);
  });
}

/**
 * The key that everything is to be sealed with: the one that stood first in ENCRYPTION_KEYS last, for the first time. Of
 * processes that still have another order none seals anew: two of them would undo each other's work for ever.
 */
export async function sealingKey(tx: Prisma.TransactionClient): Promise<string | undefined> {
  const where = { retiredAt: null };
  const row = await tx.encryptionKey.findFirst({ where, orderBy: { sealingSince: 'desc' }, select: { id: true } });
  return row?.id;
}

async function begin(tx: Prisma.TransactionClient, id: string): Promise<void> {
  const before = await sealingKey(tx);
  await tx.encryptionKey.create({ data: { id } });
  if (before === undefined) return;
  await recordSystemEvent(tx, { action: 'encryption_key.introduced', details: { keyId: id, before } });
}

/** Nothing in use was sealed with those that are not among `kept`. */
async function retire(tx: Prisma.TransactionClient, kept: readonly string[]): Promise<void> {
  const gone = await tx.$queryRaw<{ id: string }[]>`
    UPDATE "EncryptionKey" SET "retiredAt" = clock_timestamp()
     WHERE "retiredAt" IS NULL AND "id" <> ALL (${kept}::text[]) RETURNING "id"`;
  for (const { id } of gone) await recordSystemEvent(tx, { action: 'encryption_key.retired', details: { keyId: id } });
}
