import { generateKeyPair, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import type { ControlDatabase } from './control-database.js';
import type { Prisma } from './generated/client.js';
import { SigningPurpose } from './generated/enums.js';
import type { Secrets } from './secrets.js';

/** A new key pair for a row of SigningKey: RSA with 2048 bits, its private half encrypted. */
export async function newSigningKey(
  secrets: Secrets,
  purpose: SigningPurpose,
): Promise<Prisma.SigningKeyUncheckedCreateInput> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const kid = randomUUID();
  const publicJwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' };
  const privateSecret = secrets.seal(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), kid);
  return { kid, purpose, publicJwk, privateSecret };
}

/** Takes a lock until the transaction ends, so that only one process creates or ends signing keys. */
export async function lockSigningKeys(tx: Prisma.TransactionClient): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('helpdeskly signing keys'))`;
}

/** Creates a key pair for each purpose that has no valid one. Safe to repeat, and from several processes at once. */
export async function ensureSigningKeys(database: ControlDatabase, secrets: Secrets): Promise<void> {
  for (const purpose of Object.values(SigningPurpose)) {
    const where = { purpose, OR: [{ notAfter: null }, { notAfter: { gt: new Date() } }] };
    if ((await database.client.signingKey.count({ where })) > 0) continue;
    const data = await newSigningKey(secrets, purpose);
    await database.transaction(async (tx) => {
      await lockSigningKeys(tx);
      if ((await tx.signingKey.count({ where })) === 0) await tx.signingKey.create({ data, select: { kid: true } });
    });
  }
}
