import type { Page, PageMeta } from './paging.js';

declare const written: unique symbol;

/** The JSON text of a `T`, as PostgreSQL wrote it. It is sent as it is; only tests parse it on the way. */
export type Json<T> = string & { readonly [written]: T };

/** An answer whose JSON is written already, with what of it becomes headers. */
export class WrittenAnswer<T> {
  constructor(
    readonly json: Json<T>,
    readonly version?: number,
    readonly meta?: PageMeta,
  ) {}
}

/** A page of written resources. */
export function writtenPage<T, P extends Page<T>>({ data, meta }: Omit<P, 'data'> & Page<Json<T>>): WrittenAnswer<P> {
  const json = `{"data":[${data.join(',')}],"meta":${JSON.stringify(meta)}}`;
  return new WrittenAnswer(json as Json<P>, undefined, meta);
}

/** Fastify's serializer for all answers. */
export function toJson(body: unknown): string {
  return body instanceof WrittenAnswer ? body.json : JSON.stringify(body);
}
