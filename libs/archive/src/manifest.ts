import { ArchiveInvalid } from './errors.js';

/** A blob as it is stored: whoever reads another number of bytes, or other bytes, reads another blob. */
export interface StoredBlob {
  readonly name: string;
  /** Of the blob, encrypted. */
  readonly bytes: number;
  /** Of the blob, in hexadecimal digits. */
  readonly sha256: string;
}

/** A table's rows. */
export interface ArchivedTable {
  readonly name: string;
  /** Those that COPY writes: generated ones are missing. */
  readonly columns: readonly string[];
  readonly rows: number;
  /** Of COPY's text, before compression. */
  readonly bytes: number;
  /** Of COPY's text, in hexadecimal digits. */
  readonly sha256: string;
  /** Null if the table is empty. */
  readonly blob: StoredBlob | null;
}

export interface ArchivedSequence {
  readonly name: string;
  /** A bigint in decimal digits. */
  readonly lastValue: string;
  readonly isCalled: boolean;
}

/** A file of the tenant's, which archives share. */
export interface ArchivedFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly blob: StoredBlob;
}

/** What the catalog said of the tenant. */
export interface ArchivedTenant {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly plan: string;
  /** Its own ones; null: those of its plan. */
  readonly limits: {
    readonly maxConnections: number | null;
    readonly requestsPerMinute: number | null;
    readonly storageBytes: number | null;
  };
  readonly adminEmail: string;
  readonly adminName: string;
  /** What encrypts secrets within its database; null if it had none. */
  readonly dataKey: string | null;
}

/** What an archive holds. It is written last: without a manifest there is no archive. */
export interface Manifest {
  readonly format: 1;
  readonly archiveId: string;
  readonly tenant: ArchivedTenant;
  /** Of the PostgreSQL server, such as `18.4`. */
  readonly serverVersion: string;
  /** When the snapshot was taken, by the server's clock, and where its WAL was. */
  readonly takenAt: string;
  readonly lsn: string;
  /** The migrations that the database had, with the SHA-256 of each script. */
  readonly migrations: readonly { readonly name: string; readonly checksum: string }[];
  /** A table comes after those that it refers to, circles aside. */
  readonly tables: readonly ArchivedTable[];
  readonly sequences: readonly ArchivedSequence[];
  readonly files: readonly ArchivedFile[];
  /** The names of files that rows refer to, but that the tenant's storage no longer had. */
  readonly missing: readonly string[];
}

export function encodeManifest(manifest: Manifest): Buffer {
  return Buffer.from(JSON.stringify(manifest), 'utf8');
}

/** Throws ArchiveInvalid for a manifest of another form, or of another archive. It is genuine already: frames say so. */
export function decodeManifest(bytes: Buffer, archiveId: string): Manifest {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(bytes.toString('utf8')) as Manifest;
  } catch (error) {
    throw new ArchiveInvalid('its manifest is no JSON', error);
  }
  if (Number(manifest.format) !== 1)
    throw new ArchiveInvalid(`its form ${String(manifest.format)} is newer than this build`);
  if (manifest.archiveId !== archiveId) throw new ArchiveInvalid('its manifest is that of another archive');
  return manifest;
}

/** How many bytes of blobs belong to it. */
export function archivedBytes({ tables, files }: Pick<Manifest, 'tables' | 'files'>): number {
  const ofTables = tables.reduce((sum, { blob }) => sum + (blob?.bytes ?? 0), 0);
  return files.reduce((sum, { blob }) => sum + blob.bytes, ofTables);
}

export function archivedRows({ tables }: Pick<Manifest, 'tables'>): number {
  return tables.reduce((sum, { rows }) => sum + rows, 0);
}
