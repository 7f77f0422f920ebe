import type { Type } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions, PickType } from '@nestjs/swagger';
import { ValidateBy, type ValidationError } from 'class-validator';
import { isStorable } from '../wire/json-body.js';
import { isBlank } from './written-text.js';

/** A broken rule: a code for programs and a sentence for people. */
export type Broken = readonly [code: string, message: string];

export interface FieldOptions {
  /** May be left out. */
  readonly optional?: boolean;
  /** `null` is allowed and clears the field. */
  readonly nullable?: boolean;
  readonly description?: string;
  readonly example?: unknown;
}

/** A declared DTO field: how it normalises a value before class-validator checks it, and its nested DTO. */
export interface DeclaredField {
  readonly normalise: (value: unknown) => unknown;
  readonly nested?: () => new () => object;
  /** A rule about this and other fields of the object, as they were sent: those may contain anything. */
  readonly agrees?: (sent: Readonly<Record<string, unknown>>) => Broken | undefined;
}

/** By the DTO's prototype. */
const declared = new WeakMap<object, Map<string, DeclaredField>>();

/** The declared fields of a DTO, including inherited ones. */
export function fieldsOf(type: new () => object): ReadonlyMap<string, DeclaredField> {
  const fields = new Map<string, DeclaredField>();
  for (let prototype = type.prototype as object | null; prototype !== null; prototype = parentOf(prototype))
    for (const [name, rule] of declared.get(prototype) ?? []) if (!fields.has(name)) fields.set(name, rule);
  return fields;
}

const parentOf = (prototype: object) => Object.getPrototypeOf(prototype) as object | null;

const separator = '\u001f';

/** The code and sentence of a field's broken rule. */
export function readBroken({ constraints = {} }: ValidationError): Broken {
  const message = constraints['rule'] ?? Object.values(constraints)[0] ?? 'This value is not allowed.';
  const [code, sentence] = message.split(separator);
  return sentence === undefined ? ['invalid', message] : [code ?? 'invalid', sentence];
}

/** A DTO with some fields of another one and the same rules, like PickType, which copies class-validator's rules and the schema. */
export function PickFields<T extends object, K extends keyof T & string>(
  type: Type<T>,
  names: readonly K[],
): Type<Pick<T, K>> {
  const picked = PickType(type, names);
  const fields = fieldsOf(type);
  for (const name of names) {
    const rule = fields.get(name);
    if (rule !== undefined) declare(picked.prototype as object, name, rule);
  }
  return picked;
}

/** A field with a rule that includes other fields of the object, as they were sent; an error names this field. */
export function Agreeing(
  rule: NonNullable<DeclaredField['agrees']>,
  declaration: PropertyDecorator,
): PropertyDecorator {
  return (prototype, name) => {
    declaration(prototype, name);
    const known = declared.get(prototype)?.get(String(name));
    if (known === undefined) throw new Error('Agreeing() takes a declaration of a field');
    declare(prototype, String(name), { ...known, agrees: rule });
  };
}

function declare(prototype: object, name: string, rule: DeclaredField): void {
  const fields = declared.get(prototype) ?? new Map<string, DeclaredField>();
  declared.set(prototype, fields.set(name, rule));
}

/**
 * A field with one check of the normalised value: one field breaks one rule. `field` itself handles `undefined` and `null`,
 * so that a check sees neither.
 */
export function field(
  check: (value: unknown) => Broken | undefined,
  options: FieldOptions,
  schema: ApiPropertyOptions,
  normalise: (value: unknown) => unknown = (value) => value,
  nested?: () => new () => object,
): PropertyDecorator {
  const judge = (value: unknown): Broken | undefined => {
    if (value === undefined) return options.optional === true ? undefined : ['required', 'This field is required.'];
    if (value === null) return options.nullable === true ? undefined : ['not_null', 'This field cannot be null.'];
    return check(value);
  };
  const { description, example } = options;
  const document = ApiProperty({
    ...schema,
    required: options.optional !== true,
    ...(options.nullable === true ? { nullable: true } : {}),
    ...(description === undefined ? {} : { description }),
    ...(example === undefined ? {} : { example }),
  } as ApiPropertyOptions);
  const rule = ValidateBy({
    name: 'rule',
    validator: {
      validate: (value) => judge(value) === undefined,
      defaultMessage: (args) => (judge(args?.value) ?? []).join(separator),
    },
  });
  return (prototype, name) => {
    declare(prototype, String(name), { normalise, ...(nested === undefined ? {} : { nested }) });
    rule(prototype, name);
    document(prototype, name);
  };
}

const codePoints = (text: string) => {
  let count = 0;
  for (const _ of text) count++;
  return count;
};

/** The rule of texts: storable, with a number of code points when trimmed, and a pattern; a text of only invisible characters is empty. */
export function textRule(min: number, max: number, pattern?: RegExp): (value: unknown) => Broken | undefined {
  return (value) => {
    if (typeof value !== 'string') return ['not_text', 'This is not a text.'];
    if (!isStorable(value)) return ['invalid_characters', 'The text contains NUL or half of a surrogate pair.'];
    const trimmed = value.trim();
    const length = trimmed.length > 2 * max ? Infinity : codePoints(trimmed); // A code point is one unit or two.
    if (min > 0 && length <= max && isBlank(trimmed)) return ['empty', 'This may not be empty.'];
    if (length < min)
      return length === 0
        ? ['empty', 'This may not be empty.']
        : ['too_short', `This must have ${min} characters or more.`];
    if (length > max) return ['too_long', `This may have ${max} characters.`];
    if (pattern !== undefined && !pattern.test(value))
      return ['malformed', `This must have the form ${pattern.source}.`];
    return undefined;
  };
}
