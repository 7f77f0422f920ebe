import { type Broken, field, type FieldOptions } from './field-rule.js';

/** A sort field and its direction. */
export interface SortBy<Field extends string> {
  readonly by: Field;
  readonly descending: boolean;
}

/** `field` or `-field`, up to `most` of them, comma-separated, of the list's sort fields. Stays a text. */
export function SortFields(fields: readonly string[], most: number, options: FieldOptions = {}): PropertyDecorator {
  const one = `-?(?:${fields.join('|')})`;
  return field(
    (value): Broken | undefined => {
      if (typeof value !== 'string') return ['not_text', 'This is not a text.'];
      const names = value.split(',', most + 1).map((each) => each.replace(/^-/, ''));
      if (names.some((name) => !fields.includes(name)))
        return ['unknown_value', `Each of these is one of ${fields.join(', ')}, or one with a hyphen before it.`];
      if (names.length > most) return ['too_many', `This names ${most} fields at most.`];
      return new Set(names).size < names.length ? ['repeated', 'This names each field once.'] : undefined;
    },
    options,
    { type: 'string', pattern: `^${one}(?:,${one}){0,${most - 1}}$` },
    (value) => (typeof value === 'string' && value.length <= 200 ? value.replace(/\s/g, '') : value),
  );
}

/** Parses such a text. */
export function sortedBy<Field extends string>(text: string): SortBy<Field>[] {
  return text.split(',').map((each) => {
    const descending = each.startsWith('-');
    return { by: (descending ? each.slice(1) : each) as Field, descending };
  });
}
