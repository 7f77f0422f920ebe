import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { ControlDatabase } from './control-database.js';
import type { Secrets } from './secrets.js';
import type { TenantCatalog } from './tenant-catalog.js';

/** A key pair that signs mails (RFC 6376), as the catalog has it. */
interface SealedMailKey {
  /** Of the record in the DNS. */
  readonly selector: string;
  /** SubjectPublicKeyInfo in base64, as that record has it. */
  readonly publicKey: string;
  readonly privateSecret: string;
}

const ownerOf = (selector: string) => `${selector}:mail`;

/** Creates the installation's key pair for mails if it has none: RSA with 2048 bits, which receivers must know (RFC 8301). */
export async function ensureMailKey(database: ControlDatabase, secrets: Secrets): Promise<void> {
  if ((await database.client.mailKey.count()) > 0) return;
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const selector = `hd${randomBytes(4).toString('hex')}`;
  const data = {
    selector,
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    privateSecret: secrets.seal(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), ownerOf(selector)),
  };
  await database.transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('helpdeskly mail keys'))`;
    if ((await tx.mailKey.count()) === 0) await tx.mailKey.create({ data, select: { selector: true } });
  });
}

/** The newest one, its private half encrypted; undefined before there is one. Throws CatalogUnavailable. */
export async function readMailKey(catalog: TenantCatalog): Promise<SealedMailKey | undefined> {
  const rows = await catalog.query<SealedMailKey>(`
    SELECT "selector", "publicKey", "privateSecret" FROM "catalog"."mail_key" ORDER BY "createdAt" DESC LIMIT 1`);
  return rows[0];
}

/** The private half as PEM. Throws UnknownEncryptionKey or SecretUnreadable. */
export function openMailKey(secrets: Secrets, { selector, privateSecret }: SealedMailKey): string {
  return secrets.open(privateSecret, ownerOf(selector));
}
