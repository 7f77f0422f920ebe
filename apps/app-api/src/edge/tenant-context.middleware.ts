import type { IncomingMessage, ServerResponse } from 'node:http';
import { fastifyRequestOf } from '@helpdeskly/http';
import { TenantResolver } from '@helpdeskly/tenancy';
import { Injectable, type NestMiddleware } from '@nestjs/common';

/** Finds out for whom a request is, before anything of it is authenticated or read. */
@Injectable()
export class TenantContextMiddleware implements NestMiddleware {
  constructor(private readonly resolver: TenantResolver) {}

  use(raw: IncomingMessage, _response: ServerResponse, next: (error?: unknown) => void): void {
    const request = fastifyRequestOf(raw);
    if (request === undefined) next();
    else this.resolver.resolve(request, next);
  }
}
