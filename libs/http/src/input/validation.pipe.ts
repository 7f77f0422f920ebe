import { FieldErrors, type FieldError, ValidationFailed } from '@helpdeskly/errors';
import { type ArgumentMetadata, Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { emptyBody, isPoison, isStorable, unstorable } from '../wire/json-body.js';
import { EdgeError } from '../answers/problems.js';
import { readInput } from './read-input.js';

const plainTypes = new Set<unknown>([String, Number, Boolean, Array, Object]);
const longestCachedQuery = 512;
const noSuchParameter = 'There is no such parameter.';

/** Turns bodies and queries into their DTOs. Unknown fields are errors; a value is never coerced to another type. */
@Injectable()
export class ValidationPipe implements PipeTransform {
  private readonly queries = new LRUCache<string, object>({ max: 5000 });
  private readonly typeIds = new Map<Type, number>();

  transform(value: unknown, { type, metatype }: { type: ArgumentMetadata['type']; metatype?: Type<object> }): unknown {
    if (metatype === undefined || plainTypes.has(metatype) || (type !== 'body' && type !== 'query')) return value;
    return type === 'query' ? this.query(metatype, value as Record<string, unknown>) : bodyOf(metatype, value);
  }

  /** Queries repeat, and a DTO depends only on its query: so it caches the frozen DTO. */
  private query(metatype: Type<object>, value: Record<string, unknown>): object {
    const key = `${this.typeId(metatype)}${JSON.stringify(value)}`;
    const known = this.queries.get(key);
    if (known !== undefined) return known;
    const errors = new FieldErrors();
    for (const [name, item] of Object.entries(value)) {
      const error = wrongParameter(name, item);
      if (error !== undefined) errors.add(() => error);
    }
    errors.throwIfAny();
    const instance = Object.freeze(readInput(metatype, value, noSuchParameter));
    if (key.length <= longestCachedQuery) this.queries.set(key, instance);
    return instance;
  }

  private typeId(metatype: Type): number {
    let id = this.typeIds.get(metatype);
    if (id === undefined) this.typeIds.set(metatype, (id = this.typeIds.size));
    return id;
  }
}

/** What is wrong with a parameter on any route. */
function wrongParameter(name: string, item: unknown): FieldError | undefined {
  if (isPoison(name)) return { field: name, code: 'unknown_field', message: noSuchParameter };
  if (typeof item !== 'string') return { field: name, code: 'repeated', message: 'Send this parameter only once.' };
  if (!isStorable(name)) return unstorable('(parameter)');
  return isStorable(item) ? undefined : unstorable(name);
}

/** A missing body counts as an empty object if the DTO allows that. */
function bodyOf(metatype: Type<object>, value: unknown): object {
  const body = value === undefined ? emptyBody : value;
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new ValidationFailed([
      { field: '(body)', code: 'not_an_object', message: 'The body must be a JSON object.' },
    ]);
  try {
    return readInput(metatype, body);
  } catch (error) {
    if (value === emptyBody && error instanceof ValidationFailed)
      throw new EdgeError('malformed_json', 'The body is empty.');
    throw error;
  }
}
