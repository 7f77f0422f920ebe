import { DomainError } from '@helpdeskly/errors';
import type { BlobRange } from '@helpdeskly/storage';

/** Raised when a Range begins behind the end of the file. */
export class RangeNotSatisfiable extends DomainError {
  readonly code = 'range_not_satisfiable';
  constructor(size: number) {
    super(`The file has ${size} bytes.`);
  }
}

/**
 * The part of a file that a Range header asks for (RFC 9110, 14.2); undefined for all of it, which is also the answer to several ranges, and
 * to what is no range. Throws RangeNotSatisfiable.
 */
export function rangeOf(header: string | undefined, size: number): BlobRange | undefined {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  if (from === '') {
    if (Number(to) === 0 || size === 0) throw new RangeNotSatisfiable(size);
    return { first: Math.max(0, size - Number(to)), last: size - 1 };
  }
  const first = Number(from);
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && Number(to) < first) return undefined;
  if (first >= size) throw new RangeNotSatisfiable(size);
  return { first, last };
}
