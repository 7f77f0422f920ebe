import type { Readable } from 'node:stream';
import { ServiceUnavailable } from '@helpdeskly/errors';

/**
 * The address of a file: a space (usually a tenant's id) and a name in it. Both consist of `[a-z0-9-]`, 64 characters at
 * most, so that neither can lead to another place.
 */
export interface BlobAddress {
  readonly space: string;
  readonly name: string;
}

/** Some bytes of a file: from the first to the last one, counted from 0, both included. */
export interface BlobRange {
  readonly first: number;
  readonly last: number;
}

/** Stores bytes. Every method throws StorageUnavailable if the store cannot be reached or is full. */
export interface BlobStore {
  /**
   * Stores all of `bytes`; the file is complete when this resolves. It never stores a part: if `bytes` fails, this stores
   * nothing and throws that error. Write each address only once.
   */
  put(address: BlobAddress, bytes: Readable): Promise<void>;
  /** All of a file, or a range that lies within it. Throws BlobNotFound. */
  get(address: BlobAddress, range?: BlobRange): Promise<Readable>;
  /** Does nothing if the file does not exist. */
  delete(address: BlobAddress): Promise<void>;
  /** The names in a space, in any order. */
  names(space: string): AsyncIterable<string>;
  /** The spaces whose names begin with `prefix`, in any order. */
  spaces(prefix: string): AsyncIterable<string>;
  /** Deletes everything in a space, including half-written files. */
  deleteSpace(space: string): Promise<void>;
  /** Closes its connections. */
  close(): void;
}

/** Raised when there is nothing at an address. */
export class BlobNotFound extends Error {
  constructor({ space, name }: BlobAddress) {
    super(`There is nothing at ${space}/${name}.`);
    this.name = 'BlobNotFound';
  }
}

/** Raised when the store cannot be reached, refuses us, or is full. */
export class StorageUnavailable extends ServiceUnavailable {
  constructor(cause?: unknown) {
    super('Files cannot be stored or read at the moment.', cause);
  }
}

/** Throws if a part of an address could lead to another place. This is our own fault, since no part comes from a client. */
export function assertPart(part: string): void {
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(part)) throw new Error(`not a part of an address: ${JSON.stringify(part)}`);
}
