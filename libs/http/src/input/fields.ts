import type { ApiPropertyOptions } from '@nestjs/swagger';
import { isEmail as hasFormOfEmail } from 'class-validator';
import { type Broken, field, type FieldOptions, textRule } from './field-rule.js';
import { composed, hasInvisible, isBlank, tidy } from './written-text.js';

interface NameOptions {
  /** A JSON integer of 1 or more counts as the text of its digits. */
  readonly orNumber?: boolean;
}

interface BlankOptions {
  /** A text of only invisible characters counts as not sent. */
  readonly blankIsNone?: boolean;
}

/** A text, trimmed, its length in code points. */
export function Text(
  options: FieldOptions & NameOptions & BlankOptions & { min?: number; max: number; pattern?: RegExp },
): PropertyDecorator {
  const { min = 1, max, pattern, orNumber = false, blankIsNone = false } = options;
  const form = {
    minLength: blankIsNone ? 0 : min,
    maxLength: max,
    ...(pattern === undefined ? {} : { pattern: pattern.source }),
  };
  return field(
    textRule(min, max, pattern),
    options,
    orNumber ? textOrNumber(form) : { type: String, ...form },
    orNumber ? digitsOf : blankIsNone ? seenOf : tidy,
  );
}

const textOrNumber = (form: object) => ({
  oneOf: [
    { type: 'string', ...form },
    { type: 'integer', minimum: 1 },
  ],
});

const seenOf = (value: unknown) => (typeof value === 'string' && isBlank(value) ? undefined : tidy(value));
const digitsOf = (value: unknown) => (Number.isSafeInteger(value) ? String(value) : tidy(value));

/** A trimmed text with its own rule. */
export function TextBy(
  check: (text: string) => Broken | undefined,
  options: FieldOptions & { max: number; schema?: ApiPropertyOptions },
): PropertyDecorator {
  const form = textRule(1, options.max);
  return field(
    (value) => form(value) ?? check(value as string),
    options,
    { type: String, maxLength: options.max, ...options.schema },
    tidy,
  );
}

/**
 * 12 to 128 characters, converted to NFC and otherwise as typed, since spaces are part of a password. `assertHardToGuess` of libs/auth
 * checks whether it is guessable, once the owner is known.
 */
export function NewPassword({ description, ...options }: FieldOptions = {}): PropertyDecorator {
  const rule =
    'Neither one of the commonest passwords, nor a run of keys, nor the name or email of the account, or the name of what it ' +
    'belongs to, with at most four letters or digits more.';
  return field(
    textRule(12, 128),
    { ...options, description: description === undefined ? rule : `${description} ${rule}` },
    { type: String, format: 'password', minLength: 12, maxLength: 128 },
    composed,
  );
}

/** Any password that somebody may enter. */
export function TriedPassword(options: FieldOptions = {}): PropertyDecorator {
  return field(
    (value) =>
      typeof value !== 'string'
        ? ['not_text', 'This is not a text.']
        : value === ''
          ? ['empty', 'This may not be empty.']
          : textRule(0, 1024)(value),
    options,
    { type: String, format: 'password', minLength: 1, maxLength: 1024 },
  );
}

/** Whether a text is a well-formed email address; `toTheEnd` also requires the last part of its domain. */
export function isEmail(text: string, toTheEnd = false): boolean {
  return text.length <= 254 && hasFormOfEmail(text, { require_tld: toTheEnd });
}

export function EmailField(options: FieldOptions = {}): PropertyDecorator {
  const form = textRule(1, 254);
  return field(
    (value) =>
      form(value) ??
      (hasInvisible(value as string)
        ? ['invisible_characters', 'An email address holds no spaces and no characters that nobody sees.']
        : undefined) ??
      (isEmail(value as string) ? undefined : ['malformed', 'This is not an email address.']),
    options,
    { type: String, format: 'idn-email', maxLength: 254 },
    tidy,
  );
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text is a well-formed UUID. */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}

export function UuidField(options: FieldOptions = {}): PropertyDecorator {
  return field(
    (value) => (typeof value === 'string' && isUuid(value) ? undefined : ['malformed', 'This is not a UUID.']),
    options,
    { type: String, format: 'uuid' },
    (value) => (typeof value === 'string' ? value.trim().toLowerCase() : value),
  );
}

/** One of an enum's values, in their exact spelling. */
export function OneOf<E extends Record<string, string>>(
  values: E,
  options: FieldOptions & { name: string },
): PropertyDecorator {
  const names = Object.values(values);
  return field(
    (value) =>
      typeof value === 'string' && names.includes(value)
        ? undefined
        : ['unknown_value', `This is one of ${names.join(', ')}.`],
    options,
    { enum: values, enumName: options.name },
  );
}

export function IntegerField(options: FieldOptions & { min: number; max: number }): PropertyDecorator {
  const { min, max } = options;
  return field(
    (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
        ? undefined
        : ['out_of_range', `This is a whole number from ${min} to ${max}.`],
    options,
    { type: 'integer', minimum: min, maximum: max },
  );
}

/** A number, possibly with a fraction; not NaN or an infinity, which JSON cannot express. */
export function NumberField(options: FieldOptions & { min: number; max: number }): PropertyDecorator {
  const { min, max } = options;
  return field(
    (value) =>
      typeof value === 'number' && value >= min && value <= max
        ? undefined
        : ['out_of_range', `This is a number from ${min} to ${max}.`],
    options,
    { type: Number, minimum: min, maximum: max },
  );
}

/** True or false, and nothing else. */
export function FlagField(options: FieldOptions = {}): PropertyDecorator {
  return field(
    (value) => (typeof value === 'boolean' ? undefined : ['not_a_flag', 'This is true or false.']),
    options,
    { type: Boolean },
  );
}

/** A point in time: ISO 8601 with a zone, from the year 1 to 9999. */
export function TimeField(options: FieldOptions = {}): PropertyDecorator {
  return field(
    (value) => (typeof value === 'string' && parseTime(value) !== undefined ? undefined : notATime),
    options,
    { type: String, format: 'date-time' },
    tidy,
  );
}

const notATime: Broken = ['malformed', 'This is not a time such as 2026-01-31T08:30:00.000Z.'];
const time = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** The time of an ISO 8601 text (a date alone is its midnight in UTC), or undefined. */
export function parseTime(text: string): Date | undefined {
  const [, year, month, day] = time.exec(text) ?? [];
  if (year === undefined || year === '0000') return undefined;
  const parsed = new Date(text);
  if (Number.isNaN(parsed.getTime()) || parsed.getUTCFullYear() < 1 || parsed.getUTCFullYear() > 9999) return undefined;
  const daysInMonth = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number(day) <= daysInMonth ? parsed : undefined;
}

/** How many entries a list of enum values may have. */
const mostChoices = 100;

/** A list of at least one enum value; duplicates count once. Becomes a sorted array. */
export function OneOfList<E extends Record<string, string>>(
  values: E,
  options: FieldOptions & { name: string },
): PropertyDecorator {
  const names = Object.values(values);
  return field(
    (value) => {
      if (!Array.isArray(value)) return ['not_a_list', 'This is not a list.'];
      if (value.length === 0) return ['too_few', 'This needs 1 entries.'];
      if (value.length > mostChoices) return ['too_many', `This may have ${mostChoices} entries.`];
      const wrong = value.findIndex((item) => !names.includes(item as string));
      return wrong < 0 ? undefined : ['unknown_value', `Entry ${wrong} must be one of ${names.join(', ')}.`];
    },
    options,
    { enum: values, enumName: options.name, isArray: true, minItems: 1, maxItems: mostChoices },
    (value) => (Array.isArray(value) && value.length <= mostChoices ? [...new Set(value)].sort() : value),
  );
}

/**
 * A list of distinct texts of one form. It counts the entries as sent, and rejects one too many before it checks any entry.
 * An error names the first wrong entry by its position.
 */
export function TextList(
  options: FieldOptions & NameOptions & { minItems?: number; maxItems: number; pattern: RegExp },
): PropertyDecorator {
  const { minItems = 0, maxItems, pattern, orNumber = false } = options;
  const form = { pattern: pattern.source };
  const read = orNumber ? digitsOf : tidy;
  return field(
    (value) => {
      if (!Array.isArray(value)) return ['not_a_list', 'This is not a list.'];
      if (value.length < minItems) return ['too_few', `This needs ${minItems} entries.`];
      if (value.length > maxItems) return ['too_many', `This may have ${maxItems} entries.`];
      const wrong = value.findIndex((item) => typeof item !== 'string' || !pattern.test(item));
      return wrong < 0 ? undefined : ['malformed', `Entry ${wrong} must have the form ${pattern.source}.`];
    },
    options,
    {
      type: 'array',
      items: orNumber ? textOrNumber(form) : { type: 'string', ...form },
      maxItems,
      ...(minItems > 0 && { minItems }),
    },
    (value) => (Array.isArray(value) && value.length <= maxItems ? [...new Set(value.map(read))] : value),
  );
}

/** A nested object with its own fields. */
export function Nested(type: () => new () => object, options: FieldOptions = {}): PropertyDecorator {
  return field(
    (value) =>
      typeof value === 'object' && !Array.isArray(value) ? undefined : ['not_an_object', 'This is not an object.'],
    options,
    { type: () => type() }, // Swagger distinguishes it from a class by the name `type`.
    undefined,
    type,
  );
}
