import type { ApiPropertyOptions } from '@nestjs/swagger';
import { type Broken, field } from './field-rule.js';

/** The rule of one filter value: its form, and its allowed values. */
export interface FilterRule {
  readonly normalise: (value: string) => string;
  readonly accepts: (value: string) => boolean;
  /** Completes "Each of these is …". */
  readonly says: string;
  /** The schema of one value in the OpenAPI document. */
  readonly schema: Readonly<Record<string, unknown>>;
}

/** The wanted values of a filter, any of which matches, and the unwanted ones; without either, everything matches. */
export interface Chosen {
  readonly of: readonly string[];
  readonly not: readonly string[];
}

const mostValues = 50;
const longestText = 8192;

/** In a query: comma-separated values, each alone or with a hyphen for "not". Becomes a text, or a sorted list of several. */
export function QueryValues(rule: FilterRule, options: { readonly description?: string } = {}): PropertyDecorator {
  const schema = { type: 'array', items: rule.schema, style: 'form', explode: false };
  return valuesField(rule, options, schema as unknown as ApiPropertyOptions);
}

/** The same in a body: a text as in a query, or a list; `asList`: only a list. */
export function ValuesField(
  rule: FilterRule,
  { asList = false }: { readonly asList?: boolean } = {},
): PropertyDecorator {
  const list = { type: 'array', items: rule.schema, minItems: 1, maxItems: mostValues };
  const schema = asList ? list : { oneOf: [{ type: 'string' }, list] };
  return valuesField(rule, { asList }, schema as unknown as ApiPropertyOptions);
}

/** Parses such a field. */
export function chosen(value: string | readonly string[]): Chosen {
  const values = typeof value === 'string' ? [value] : value;
  const isExcluded = (each: string) => each.startsWith('-');
  return {
    of: values.filter((each) => !isExcluded(each)).map(unquoted),
    not: values.filter(isExcluded).map((each) => unquoted(each.slice(1))),
  };
}

/** In double quotes, a value that begins with a hyphen excludes nothing. */
function unquoted(value: string): string {
  return /^"[^"]+"$/.test(value) ? value.slice(1, -1) : value;
}

function valuesField(
  { normalise, accepts, says }: FilterRule,
  { description = '', asList = false }: { readonly description?: string; readonly asList?: boolean },
  schema: ApiPropertyOptions,
): PropertyDecorator {
  const fits = (value: unknown) =>
    typeof value === 'string' && accepts(unquoted(value.startsWith('-') ? value.slice(1) : value));
  return field(
    (value): Broken | undefined => {
      if (typeof value === 'string' && !asList)
        return fits(value) ? undefined : ['unknown_value', `Each of these is ${says}.`];
      if (!Array.isArray(value)) return ['malformed', `These are texts, each ${says}.`];
      if (value.length === 0) return ['too_few', 'This needs 1 entries.'];
      if (value.length > mostValues) return ['too_many', `This may have ${mostValues} entries.`];
      return value.every(fits) ? undefined : ['unknown_value', `Each of these is ${says}.`];
    },
    {
      optional: true,
      description: `${description} Several by comma; a hyphen before one excludes it.`.trimStart(),
    },
    schema,
    (value) => {
      if (typeof value === 'string' && value.length <= longestText) {
        const parts = inOrder(value.split(',').map((each) => normalise(each.trim())));
        return parts.length === 1 ? parts[0] : parts;
      }
      if (!Array.isArray(value) || value.length > mostValues) return value;
      return inOrder(value.map((each: unknown) => (typeof each === 'string' ? normalise(each.trim()) : each)));
    },
  );
}

/** Sorted, so that every spelling of a filter is the same: cursors are bound to it. */
const inOrder = (values: readonly unknown[]) => [...new Set(values)].sort();
