import type { Actor } from '@helpdeskly/http';
import { TenantContext } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StreamQuery } from './stream.dto.js';
import { StreamHub } from './stream-hub.js';

/** Takes a request's connection over for a stream. */
@Injectable()
export class Streams {
  constructor(
    private readonly hub: StreamHub,
    private readonly context: TenantContext,
  ) {}

  /** A browser that comes back sends Last-Event-ID, and the address that it began with. Throws InvalidCursor, StreamLimit. */
  open(actor: Actor, { after }: StreamQuery, request: FastifyRequest, reply: FastifyReply): void {
    const { tenant } = this.context.current;
    const { 'last-event-id': last } = request.headers;
    const start = this.hub.startOf(tenant.id, typeof last === 'string' && last !== '' ? last : after);
    this.hub.assertRoom(tenant, actor);
    const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' };
    if (request.method === 'HEAD') {
      void reply.headers(headers).send();
      return;
    }
    reply.hijack();
    reply.answeredAfterMs = reply.elapsedTime;
    reply.raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...headers });
    request.leaveScope?.(); // A stream holds no client of the tenant's database.
    this.hub.open(tenant, actor, reply.raw, start);
  }
}
