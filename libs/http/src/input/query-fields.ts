import type { ApiPropertyOptions } from '@nestjs/swagger';
import { field } from './field-rule.js';
import { isUuid } from './fields.js';

/** In a query: comma-separated enum values, in upper or lower case. Becomes an array. */
export function QueryEnumList<E extends Record<string, string>>(
  values: E,
  options: { name: string; description?: string },
): PropertyDecorator {
  const names = Object.values(values);
  return field(
    (value) =>
      Array.isArray(value) && value.length > 0 && value.every((item) => names.includes(item as string))
        ? undefined
        : ['unknown_value', `These are of ${names.join(', ')}, comma separated.`],
    { optional: true, ...(options.description === undefined ? {} : { description: options.description }) },
    {
      type: 'array',
      items: { type: 'string', enum: names },
      style: 'form',
      explode: false,
    } as unknown as ApiPropertyOptions,
    (value) =>
      typeof value === 'string'
        ? [...new Set(value.split(',').map((item) => item.trim().toUpperCase()))].sort()
        : value, // Every spelling of a filter is the same: cursors are bound to it.
  );
}

/** In a query: a whole number. Becomes a number. */
export function QueryInteger(options: {
  min: number;
  max: number;
  default?: number;
  description?: string;
}): PropertyDecorator {
  const { min, max } = options;
  return field(
    (value) =>
      typeof value === 'number' && value >= min && value <= max
        ? undefined
        : ['out_of_range', `This is a whole number from ${min} to ${max}.`],
    { optional: true, ...(options.description === undefined ? {} : { description: options.description }) },
    {
      type: 'integer',
      minimum: min,
      maximum: max,
      ...(options.default === undefined ? {} : { default: options.default }),
    },
    (value) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value),
  );
}

/** In a query: one of some words. */
export function QueryChoice(
  choices: readonly string[],
  options: { default?: string; description?: string } = {},
): PropertyDecorator {
  return field(
    (value) =>
      typeof value === 'string' && choices.includes(value)
        ? undefined
        : ['unknown_value', `This is one of ${choices.join(', ')}.`],
    { optional: true, ...(options.description === undefined ? {} : { description: options.description }) },
    { type: 'string', enum: [...choices], ...(options.default === undefined ? {} : { default: options.default }) },
  );
}

/** In a query: `field` or `-field`, one of the list's sort fields. */
export function QuerySort(fields: readonly string[], defaultSort?: string): PropertyDecorator {
  return QueryChoice(
    fields.flatMap((name) => [name, `-${name}`]),
    {
      ...(defaultSort === undefined ? {} : { default: defaultSort }),
      description: 'The field to sort by. A hyphen before it sorts in descending order.',
    },
  );
}

/** In a query: a UUID or one of some words. */
export function QueryUuidOr(words: readonly string[], options: { description?: string } = {}): PropertyDecorator {
  return field(
    (value) =>
      typeof value === 'string' && (words.includes(value) || isUuid(value))
        ? undefined
        : ['malformed', `This is a UUID${words.length === 0 ? '' : ` or ${words.join(' or ')}`}.`],
    { optional: true, ...(options.description === undefined ? {} : { description: options.description }) },
    { type: String },
    (value) => (typeof value === 'string' ? value.toLowerCase() : value),
  );
}
