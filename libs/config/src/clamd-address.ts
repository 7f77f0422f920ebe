import { isAbsolute } from 'node:path';
import type { Reader } from './reader.js';

/** A Unix socket, or a host and a port. */
export type ClamdAddress = { readonly path: string } | { readonly host: string; readonly port: number };

/** CLAMD_SOCKET: an absolute path, or `host:port`. */
export function readClamdAddress(read: Reader): ClamdAddress | undefined {
  const path = read.optional('CLAMD_SOCKET');
  return path !== undefined && isAbsolute(path) ? Object.freeze({ path }) : read.address('CLAMD_SOCKET');
}
