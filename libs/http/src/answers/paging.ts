import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { EncryptionKey } from '@helpdeskly/config';
import { DomainError } from '@helpdeskly/errors';
import type { PageQuery } from '../input/page-query.js';

/** Raised when a cursor is malformed, forged, or belongs to another tenant, route, sort or filter. */
export class InvalidCursor extends DomainError {
  readonly code = 'invalid_cursor';
  constructor() {
    super('This cursor does not belong to this list. Begin again without one.');
  }
}

/** A value of a sort field. */
export type SortKey = string | number | boolean | null;

export interface PageMeta {
  readonly limit: number;
  readonly hasMore: boolean;
  readonly nextCursor: string | null;
  readonly total?: number;
}

export interface Page<T> {
  readonly data: readonly T[];
  readonly meta: PageMeta;
}

/** The query's part of a page: it reads `limit + 1` rows after the keys. */
export interface PageRequest {
  readonly limit: number;
  readonly after: readonly SortKey[] | undefined;
  readonly total: boolean;
}

const tagBytes = 16;

/** Cursors: the sort keys of a page's last row, signed together with what they belong to. */
export class Cursors {
  private readonly keys: readonly Buffer[];

  /** Accepts signatures of all keys, and signs with the first one. */
  constructor(keys: readonly EncryptionKey[]) {
    this.keys = keys.map(({ key }) => Buffer.from(hkdfSync('sha256', key, '', 'helpdeskly cursor', 32)));
  }

  /** `scope` contains all that a cursor is bound to: tenant, route, sort, filters. Throws InvalidCursor. */
  request(query: PageQuery, scope: readonly unknown[]): PageRequest {
    return {
      limit: query.limit ?? 25,
      after: query.cursor === undefined ? undefined : this.open(query.cursor, scope),
      total: query.include === 'total',
    };
  }

  /** A page of rows; the query may have read one more than `limit`. */
  page<Row, T>(
    rows: readonly Row[],
    request: PageRequest,
    scope: readonly unknown[],
    keysOf: (row: Row) => readonly SortKey[],
    view: (row: Row) => T,
    total?: number,
  ): Page<T> {
    const { limit } = request;
    const hasMore = rows.length > limit;
    const shown = hasMore ? rows.slice(0, limit) : rows;
    const last = shown.at(-1);
    const nextCursor = hasMore && last !== undefined ? this.seal(keysOf(last), scope) : null;
    return { data: shown.map(view), meta: pageMeta(limit, hasMore, nextCursor, total) };
  }

  seal(keys: readonly SortKey[], scope: readonly unknown[]): string {
    const payload = Buffer.from(JSON.stringify(keys));
    const [key] = this.keys;
    if (key === undefined) throw new Error('there is no key for cursors');
    return Buffer.concat([tag(key, payload, scope), payload]).toString('base64url');
  }

  /** Throws InvalidCursor. */
  open(cursor: string, scope: readonly unknown[]): readonly SortKey[] {
    const bytes = Buffer.from(cursor, 'base64url');
    if (bytes.length <= tagBytes || bytes.toString('base64url') !== cursor) throw new InvalidCursor();
    const payload = bytes.subarray(tagBytes);
    const genuine = this.keys.some((key) => timingSafeEqual(tag(key, payload, scope), bytes.subarray(0, tagBytes)));
    if (!genuine) throw new InvalidCursor();
    return JSON.parse(payload.toString('utf8')) as SortKey[];
  }
}

function pageMeta(limit: number, hasMore: boolean, nextCursor: string | null, total?: number): PageMeta {
  return total === undefined ? { limit, hasMore, nextCursor } : { limit, hasMore, nextCursor, total };
}

function tag(key: Buffer, payload: Buffer, scope: readonly unknown[]): Buffer {
  return createHmac('sha256', key)
    .update(JSON.stringify(scope))
    .update('\0')
    .update(payload)
    .digest()
    .subarray(0, tagBytes);
}
