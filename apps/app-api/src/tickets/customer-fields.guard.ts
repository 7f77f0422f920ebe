import { Forbidden } from '@helpdeskly/errors';
import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { isStaff } from './viewer.js';

const key = 'fields closed to customers';

/** Fields of a body that a customer may not send; whatever they hold, the role is judged before the form. */
export const ClosedToCustomers = (...fields: string[]) => SetMetadata(key, fields);

@Injectable()
export class CustomerFieldsGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const { actor, body } = context.switchToHttp().getRequest<FastifyRequest>();
    const closed = this.reflector.get<string[] | undefined>(key, context.getHandler()) ?? [];
    if (actor === undefined || isStaff(actor) || typeof body !== 'object' || body === null) return true;
    const sent = closed.filter((field) => Object.hasOwn(body, field));
    if (sent.length > 0) throw new Forbidden(`A customer may not set ${sent.join(', ')}.`);
    return true;
  }
}
