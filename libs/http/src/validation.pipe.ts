import { type FieldError, ValidationFailed } from '@helpdeskly/errors';
import { type ArgumentMetadata, Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';
import { LRUCache } from 'lru-cache';
import { readBroken } from './field-rule.js';
import { emptyBody, isPoison, isStorable } from './json-body.js';
import { EdgeError } from './problems.js';

const plainTypes = new Set<unknown>([String, Number, Boolean, Array, Object]);
const longestCachedQuery = 512;

/** Turns bodies and queries into their DTOs. Unknown fields are errors; a value is never coerced to another type. */
@Injectable()
export class ValidationPipe implements PipeTransform {
  private readonly queries = new LRUCache<string, object>({ max: 5000 });
  private readonly typeIds = new Map<Type, number>();

  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (metatype === undefined || plainTypes.has(metatype) || (type !== 'body' && type !== 'query')) return value;
    return type === 'query' ? this.query(metatype, value as Record<string, unknown>) : bodyOf(metatype, value);
  }

  /** The same query comes again and again, and judging it needs nothing else: its DTO is kept, frozen. */
  private query(metatype: Type, value: Record<string, unknown>): object {
    const key = `${this.typeId(metatype)}${JSON.stringify(value)}`;
    const known = this.queries.get(key);
    if (known !== undefined) return known;
    const errors = Object.entries(value).flatMap(([name, item]): FieldError[] => {
      if (isPoison(name)) return [{ field: name, code: 'unknown_field', message: 'There is no such parameter.' }];
      if (typeof item !== 'string')
        return [{ field: name, code: 'repeated', message: 'A parameter may be sent once.' }];
      return isStorable(item) && isStorable(name)
        ? []
        : [
            {
              field: isStorable(name) ? name : '(parameter)',
              code: 'invalid_characters',
              message: 'The text holds NUL or half a surrogate pair.',
            },
          ];
    });
    if (errors.length > 0) throw new ValidationFailed(errors);
    const instance = Object.freeze(instanceOf(metatype, { ...value }, 'There is no such parameter.'));
    if (key.length <= longestCachedQuery) this.queries.set(key, instance);
    return instance;
  }

  private typeId(metatype: Type): number {
    let id = this.typeIds.get(metatype);
    if (id === undefined) this.typeIds.set(metatype, (id = this.typeIds.size));
    return id;
  }
}

/** No body is an empty object, where that is one. */
function bodyOf(metatype: Type, value: unknown): object {
  try {
    return instanceOf(metatype, value === undefined ? emptyBody : value);
  } catch (error) {
    if (value === emptyBody && error instanceof ValidationFailed)
      throw new EdgeError('malformed_json', 'The body is empty.');
    throw error;
  }
}

function instanceOf(metatype: Type, value: unknown, unknown = 'There is no such field.'): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ValidationFailed([{ field: '(body)', code: 'not_an_object', message: 'The body is a JSON object.' }]);
  }
  const instance = plainToInstance(metatype, value) as object;
  const errors = validateSync(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    stopAtFirstError: true,
    forbidUnknownValues: true,
  });
  if (errors.length > 0) throw new ValidationFailed(errors.flatMap((error) => flatten(error, '', unknown)));
  return instance;
}

function flatten(error: ValidationError, path: string, unknown: string): FieldError[] {
  const field = path === '' ? error.property : `${path}.${error.property}`;
  const { rule, whitelistValidation, ...others } = error.constraints ?? {};
  if (whitelistValidation !== undefined) return [{ field, code: 'unknown_field', message: unknown }];
  const message = rule ?? Object.values(others)[0];
  if (message !== undefined && (rule !== undefined || (error.children ?? []).length === 0)) {
    const [code, sentence] = readBroken(message);
    return [{ field, code, message: sentence }];
  }
  return (error.children ?? []).flatMap((child) => flatten(child, field, unknown));
}
