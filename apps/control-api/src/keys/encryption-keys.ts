import {
  keysInUse,
  newDataKey,
  type ControlDatabase,
  type KeyInUse,
  type Prisma,
  type Secrets,
} from '@helpdeskly/catalog';
import { recordSystemEvent } from '../audit/audit-trail.js';

/** Raised when ENCRYPTION_KEYS begins with a key that was already removed from it: somebody restored an older configuration. */
class EncryptionKeyRetired extends Error {
  constructor(readonly keyId: string) {
    super(
      `ENCRYPTION_KEYS begins with the key ${keyId}, which was replaced and taken out before: put the newest one first.`,
    );
    this.name = 'EncryptionKeyRetired';
  }
}

/** How many secrets of the control database each encryption key encrypts. */
export function countKeysInUse(control: Pick<ControlDatabase, 'client'>): Promise<KeyInUse[]> {
  return control.client.$queryRawUnsafe<KeyInUse[]>(keysInUse('control'));
}

/**
 * Compares ENCRYPTION_KEYS with the keys of the control database's secrets, and records new ones. Throws
 * UnknownEncryptionKey if a key is missing that secrets still need, and EncryptionKeyRetired.
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

const batch = 500;

/** Gives every tenant a data key that has none: those from before there were any. */
export async function giveDataKeys(control: ControlDatabase, secrets: Secrets): Promise<void> {
  for (let given = batch; given === batch;) {
    const without = { where: { dataKeySecret: null }, select: { id: true }, take: batch };
    const ids = (await control.client.tenant.findMany(without)).map(({ id }) => id);
    const keys = ids.map((id) => newDataKey(secrets, id));
    given = await control.client.$executeRaw`
      UPDATE "Tenant" t SET "dataKeySecret" = n."key" FROM unnest(${ids}::uuid[], ${keys}::text[]) AS n ("id", "key")
       WHERE t."id" = n."id" AND t."dataKeySecret" IS NULL`;
  }
}

/**
 * The key for re-encryption: of all keys that were ever first in ENCRYPTION_KEYS, the one that became first last. Processes
 * that still have another order do not re-encrypt: two of them would undo each other's work forever.
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

/** Retires keys that are not in `kept`; no secret uses them. */
async function retire(tx: Prisma.TransactionClient, kept: readonly string[]): Promise<void> {
  const gone = await tx.$queryRaw<{ id: string }[]>`
    UPDATE "EncryptionKey" SET "retiredAt" = clock_timestamp()
     WHERE "retiredAt" IS NULL AND "id" <> ALL (${kept}::text[]) RETURNING "id"`;
  for (const { id } of gone) await recordSystemEvent(tx, { action: 'encryption_key.retired', details: { keyId: id } });
}
