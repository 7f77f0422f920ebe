import { Forbidden } from '@helpdeskly/errors';
import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { isStaff } from './viewer.js';

const key = 'fields closed to customers';

/** Fields of a body, or parameters of a query, that a customer may not send; whatever they hold, the role is judged before the form. */
export const ClosedToCustomers = (...fields: string[]) => SetMetadata(key, fields);

const sortsKey = 'sorts closed to customers';

/** Fields that a customer may not sort a list by. */
export const SortsClosedToCustomers = (...fields: string[]) => SetMetadata(sortsKey, fields);

@Injectable()
export class CustomerFieldsGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const { actor, body, query } = context.switchToHttp().getRequest<FastifyRequest>();
    if (actor === undefined || isStaff(actor)) return true;
    const closed = (name: string) => this.reflector.get<string[] | undefined>(name, context.getHandler()) ?? [];
    const set = closed(key).filter((field) => has(body, field));
    if (set.length > 0) throw new Forbidden(`A customer may not set ${set.join(', ')}.`);
    const asked = closed(key).filter((field) => has(query, field));
    if (asked.length > 0) throw new Forbidden(`A customer may not filter by ${asked.join(', ')}.`);
    const sorted = closed(sortsKey).filter((field) => sortsOf(query).includes(field));
    if (sorted.length > 0) throw new Forbidden(`A customer may not sort by ${sorted.join(', ')}.`);
    return true;
  }
}

function has(sent: unknown, field: string): boolean {
  return typeof sent === 'object' && sent !== null && Object.hasOwn(sent, field);
}

function sortsOf(query: unknown): readonly string[] {
  const { sort } = (query ?? {}) as { readonly sort?: unknown };
  const texts = Array.isArray(sort) ? sort : [sort];
  return texts.flatMap((text) => String(text).split(',')).map((text) => text.trim().replace(/^-/, ''));
}
