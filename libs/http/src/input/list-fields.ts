import { field, type Broken, type FieldOptions } from './field-rule.js';
import { tidy } from './written-text.js';

/** A list of whole numbers, each greater than the one before. */
export function AscendingIntegers(
  options: FieldOptions & { min: number; max: number; maxItems: number },
): PropertyDecorator {
  const { min, max, maxItems } = options;
  return field(
    (value) => {
      const broken = lengthRule(value, maxItems);
      if (broken !== undefined) return broken;
      const items = value as unknown[];
      const isInRange = (item: unknown) => Number.isInteger(item) && Number(item) >= min && Number(item) <= max;
      const wrong = items.findIndex((item) => !isInRange(item));
      if (wrong >= 0) return ['out_of_range', `Entry ${wrong} must be a whole number from ${min} to ${max}.`];
      const fallen = items.findIndex((item, index) => index > 0 && Number(item) <= Number(items[index - 1]));
      return fallen < 0 ? undefined : ['not_ascending', `Entry ${fallen} must be greater than the one before.`];
    },
    options,
    { type: 'array', items: { type: 'integer', minimum: min, maximum: max }, minItems: 1, maxItems },
  );
}

/** A list of whole numbers in any order, each kept once. */
export function DistinctIntegers(
  options: FieldOptions & { min: number; max: number; maxItems: number },
): PropertyDecorator {
  const { min, max, maxItems } = options;
  return field(
    (value) => {
      const isInRange = (item: unknown) => Number.isInteger(item) && Number(item) >= min && Number(item) <= max;
      const wrong = Array.isArray(value) ? value.findIndex((item) => !isInRange(item)) : -1;
      const outside = (): Broken => ['out_of_range', `Entry ${wrong} must be a whole number from ${min} to ${max}.`];
      return lengthRule(value, maxItems) ?? (wrong < 0 ? undefined : outside());
    },
    options,
    { type: 'array', items: { type: 'integer', minimum: min, maximum: max }, minItems: 1, maxItems },
    (value) => (Array.isArray(value) && value.length <= maxItems ? [...new Set(value)] : value),
  );
}

/** A whole number from 1 to `max`, or a list of at most so many distinct texts of one form. */
export function CountOrNames(options: FieldOptions & { max: number; pattern: RegExp }): PropertyDecorator {
  const { max, pattern } = options;
  return field(
    (value) => {
      if (!Array.isArray(value))
        return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= max
          ? undefined
          : ['out_of_range', `This is a whole number from 1 to ${max}, or a list of names.`];
      const wrong = value.findIndex((item) => typeof item !== 'string' || !pattern.test(item));
      const form = (): Broken => ['malformed', `Entry ${wrong} must have the form ${pattern.source}.`];
      return lengthRule(value, max) ?? (wrong < 0 ? undefined : form());
    },
    options,
    {
      oneOf: [
        { type: 'integer', minimum: 1, maximum: max },
        { type: 'array', items: { type: 'string', pattern: pattern.source }, minItems: 1, maxItems: max },
      ],
    },
    (value) => (Array.isArray(value) && value.length <= max ? [...new Set(value.map(tidy))] : value),
  );
}

function lengthRule(value: unknown, maxItems: number): Broken | undefined {
  if (!Array.isArray(value)) return ['not_a_list', 'This is not a list.'];
  if (value.length === 0) return ['too_few', 'This needs 1 entries.'];
  return value.length > maxItems ? ['too_many', `This may have ${maxItems} entries.`] : undefined;
}
