import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Metering } from './metering.js';

/** Counts requests with a valid token: those that are let in when they are, and those that a limit refused when they are answered. */
@Injectable()
export class RequestMeter {
  private readonly letIn = new WeakSet<FastifyRequest>();

  constructor(private readonly metering: Metering) {}

  watch(server: FastifyInstance): void {
    server.addHook('preParsing', (request, _reply, _payload, done) => {
      if (this.count(request)) this.letIn.add(request); // A stream ends much later.
      done(null);
    });
    server.addHook('onResponse', (request, _reply, done) => {
      if (!this.letIn.has(request)) this.count(request);
      else if (request.tenant !== undefined && changesUsers(request)) this.metering.usersChanged(request.tenant.id);
      done();
    });
  }

  private count({ tenant, actor }: FastifyRequest): boolean {
    if (tenant === undefined || actor === undefined) return false;
    this.metering.request(tenant.id);
    return true;
  }
}

const changesUsers = ({ method, routeOptions }: FastifyRequest) =>
  method !== 'GET' && method !== 'HEAD' && routeOptions.url?.startsWith('/api/v1/users') === true;
