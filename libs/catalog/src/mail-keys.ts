import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { ControlDatabase } from './control-database.js';
import type { Prisma } from './generated/client.js';
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

/** A new key pair, its private half as PEM. */
export interface MailKeyPair {
  readonly selector: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

/** RSA with 2048 bits, which receivers must know (RFC 8301). The selector is random: a later key stands in the DNS beside this one. */
export async function newMailKeyPair(): Promise<MailKeyPair> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return {
    selector: `hd${randomBytes(4).toString('hex')}`,
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** A new key pair for a row of MailKey, its private half encrypted. */
async function newMailKey(secrets: Secrets): Promise<SealedMailKey> {
  const { selector, publicKey, privateKey } = await newMailKeyPair();
  return { selector, publicKey, privateSecret: secrets.seal(privateKey, ownerOf(selector)) };
}

const ownerOf = (selector: string) => `${selector}:mail`;

/** Creates the installation's key pair for mails if it has none. */
export async function ensureMailKey(database: ControlDatabase, secrets: Secrets): Promise<void> {
  if ((await database.client.mailKey.count()) > 0) return;
  const data = await newMailKey(secrets);
  await database.transaction(async (tx) => {
    await lockMailKeys(tx);
    if ((await tx.mailKey.count()) === 0) await tx.mailKey.create({ data, select: { selector: true } });
  });
}

/** Lets one transaction after the other decide which key signs mails. */
async function lockMailKeys(tx: Prisma.TransactionClient): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('helpdeskly mail keys'))`;
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
