import { FieldErrors } from '@helpdeskly/errors';
import { validateSync } from 'class-validator';
import { type Broken, type DeclaredField, fieldsOf, readBroken } from './field-rule.js';

type Fields = ReadonlyMap<string, DeclaredField>;

/** A DTO without fields has no rules, which is no error. */
const options = { stopAtFirstError: true, forbidUnknownValues: false } as const;

const fieldsByType = new WeakMap<object, Fields>();

/**
 * Makes a DTO from a body or a query, at every level by its declared fields: an undeclared key is an error; each value is
 * normalised; then class-validator checks it. class-validator sees only declared values, so the work grows linearly with the input's
 * keys. Throws ValidationFailed.
 */
export function readInput<T extends object>(type: new () => T, value: object, unknown = 'There is no such field.'): T {
  const errors = new FieldErrors();
  const input = read(type, value, '', errors, unknown);
  errors.throwIfAny();
  return input as T;
}

function read(type: new () => object, value: object, parent: string, errors: FieldErrors, unknown: string): object {
  const fields = known(type);
  const given = value as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(given))
    if (!fields.has(key)) errors.add(() => ({ field: pathOf(parent, key), code: 'unknown_field', message: unknown }));
  const instance = new type() as Record<string, unknown>;
  for (const [name, { normalise }] of fields) if (Object.hasOwn(given, name)) instance[name] = normalise(given[name]);
  const faults = new Map(validateSync(instance, options).map((fault) => [fault.property, readBroken(fault)]));
  for (const [name, { nested, agrees }] of fields) {
    const item = instance[name];
    const broken = faults.get(name) ?? (Object.hasOwn(given, name) ? agrees?.(given) : undefined);
    if (broken !== undefined) errors.add(() => brokenAt(pathOf(parent, name), broken));
    else if (nested !== undefined && typeof item === 'object' && item !== null)
      instance[name] = read(nested(), item, pathOf(parent, name), errors, unknown);
  }
  return instance;
}

function known(type: new () => object): Fields {
  let fields = fieldsByType.get(type);
  if (fields === undefined) fieldsByType.set(type, (fields = fieldsOf(type)));
  return fields;
}

const pathOf = (parent: string, name: string) => (parent === '' ? name : `${parent}.${name}`);

const brokenAt = (field: string, [code, message]: Broken) => ({ field, code, message });
