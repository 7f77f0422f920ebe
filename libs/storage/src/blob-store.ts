import type { Readable } from 'node:stream';
import { ServiceUnavailable } from '@helpdeskly/errors';

/**
 * Where bytes are kept: a space (a tenant's id, as a rule) and a name in it. Both are of `[a-z0-9-]`, 64 characters at
 * most, so that neither can lead anywhere else.
 */
export interface BlobAddress {
  readonly space: string;
  readonly name: string;
}

/** Keeps bytes. Every method throws StorageUnavailable when the store cannot be reached or has no room. */
export interface BlobStore {
  /**
   * Stores all that `bytes` gives, which is there whole when this resolves, and never in part: when `bytes` fails, nothing
   * is stored and its error is thrown. Each address is written once.
   */
  put(address: BlobAddress, bytes: Readable): Promise<void>;
  /** Throws BlobNotFound. */
  get(address: BlobAddress): Promise<Readable>;
  /** What is not there is deleted already. */
  delete(address: BlobAddress): Promise<void>;
  /** The names in a space, in no order. */
  names(space: string): AsyncIterable<string>;
  /** The spaces whose names begin with `prefix`, in no order. */
  spaces(prefix: string): AsyncIterable<string>;
  /** Everything in a space, what is only half written included. */
  deleteSpace(space: string): Promise<void>;
  /** Ends its connections. */
  close(): void;
}

/** Raised when there is nothing at an address. */
export class BlobNotFound extends Error {
  constructor({ space, name }: BlobAddress) {
    super(`There is nothing at ${space}/${name}.`);
    this.name = 'BlobNotFound';
  }
}

/** Raised when the store cannot be reached, refuses us, or has no room. */
export class StorageUnavailable extends ServiceUnavailable {
  constructor(cause?: unknown) {
    super('Files cannot be stored or read at the moment.', cause);
  }
}

/** Throws when a part of an address could lead elsewhere: a fault of ours, since no part comes from a client. */
export function assertPart(part: string): void {
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(part)) throw new Error(`not a part of an address: ${JSON.stringify(part)}`);
}
