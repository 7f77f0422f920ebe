import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { isStorable } from './json-body.js';

/** A broken rule: a code for programs and a sentence for people. */
export type Broken = readonly [code: string, message: string];

export interface FieldOptions {
  /** May be left out. */
  readonly optional?: boolean;
  /** `null` is a value: it clears the field. */
  readonly nullable?: boolean;
  readonly description?: string;
  readonly example?: unknown;
}

const separator = '\u001f';

/** The code and sentence that a rule's message carries. */
export function readBroken(message: string): Broken {
  const [code, sentence] = message.split(separator);
  return sentence === undefined ? ['invalid', message] : [code ?? 'invalid', sentence];
}

/**
 * A field by one check, which sees the value after normalising: one field breaks one rule. `undefined` and `null` are
 * judged here, so that a check sees neither.
 */
export function field(
  check: (value: unknown) => Broken | undefined,
  options: FieldOptions,
  schema: ApiPropertyOptions,
  normalise?: (value: unknown) => unknown,
): PropertyDecorator {
  const judge = (value: unknown): Broken | undefined => {
    if (value === undefined) return options.optional === true ? undefined : ['required', 'This field is required.'];
    if (value === null) return options.nullable === true ? undefined : ['not_null', 'This field cannot be null.'];
    return check(value);
  };
  const { description, example } = options;
  return applyDecorators(
    ValidateBy({
      name: 'rule',
      validator: {
        validate: (value) => judge(value) === undefined,
        defaultMessage: (args) => (judge(args?.value) ?? ['invalid', 'This value is not allowed.']).join(separator),
      },
    }),
    ...(normalise === undefined ? [] : [Transform(({ value }) => normalise(value))]),
    ApiProperty({
      ...schema,
      required: options.optional !== true,
      ...(options.nullable === true ? { nullable: true } : {}),
      ...(description === undefined ? {} : { description }),
      ...(example === undefined ? {} : { example }),
    } as ApiPropertyOptions),
  );
}

export const trim = (value: unknown) => (typeof value === 'string' ? value.trim() : value);
const codePoints = (text: string) => {
  let count = 0;
  for (const _ of text) count++;
  return count;
};

/** The rule of texts: storable, of so many code points when trimmed, of a form. */
export function textRule(min: number, max: number, pattern?: RegExp): (value: unknown) => Broken | undefined {
  return (value) => {
    if (typeof value !== 'string') return ['not_text', 'This is not a text.'];
    if (!isStorable(value)) return ['invalid_characters', 'The text holds NUL or half a surrogate pair.'];
    const length = codePoints(value.trim());
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
