import { randomBytes } from 'node:crypto';
import {
  ArchiveInvalid,
  DatabaseText,
  openedText,
  sealedText,
  type Manifest,
  type TextHead,
} from '@helpdeskly/archive';
import { SecretUnreadable, UnknownEncryptionKey, type Secrets } from '@helpdeskly/catalog';

/** The first line of an archive of the control database. */
export interface ControlHead extends TextHead, Pick<Manifest, 'migrations' | 'takenAt' | 'lsn' | 'serverVersion'> {
  /** Whose it is. */
  readonly installation: string;
}

/** Whether an archive, which may be of an older schema, has a table with these columns. */
export function hasColumns({ tables }: ControlHead, table: string, columns: readonly string[]): boolean {
  const found = tables.find(({ schema, name }) => schema === 'public' && name === table);
  return found !== undefined && columns.every((column) => found.columns.includes(column));
}

/** The schemas whose rows are kept. BullMQ makes its own anew, and the others hold no rows. */
export const archivedSchemas = ['public', 'audit'] as const;

const place = 'control database';
const keyOwner = 'control database:archive';

/** Encrypts an archive with a key of its own, which ENCRYPTION_KEYS seal: they alone are needed to read it. */
export function sealArchive(secrets: Secrets, text: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const bytes = randomBytes(32);
  return sealedText(text, place, { bytes, sealed: secrets.seal(bytes.toString('base64url'), keyOwner) });
}

/** Throws ArchiveInvalid, also later, and what `file` throws. */
export function openArchive(secrets: Secrets, file: AsyncIterable<Buffer>): Promise<DatabaseText<ControlHead>> {
  return DatabaseText.open<ControlHead>(openedText(file, place, (sealed) => openKey(secrets, sealed)));
}

function openKey(secrets: Secrets, sealed: string): Buffer {
  try {
    return Buffer.from(secrets.open(sealed, keyOwner), 'base64url');
  } catch (error) {
    if (error instanceof UnknownEncryptionKey)
      throw new ArchiveInvalid(`it was encrypted with the key ${error.keyId}, which ENCRYPTION_KEYS does not hold`);
    if (error instanceof SecretUnreadable)
      throw new ArchiveInvalid('its key cannot be decrypted: it was changed, or belongs to another installation');
    throw error;
  }
}
