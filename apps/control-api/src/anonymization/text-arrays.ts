import { types } from 'pg';

/** `text[]`, which the list of types does not name. Source: https://github.com/postgres/postgres/blob/REL_18_STABLE/src/include/catalog/pg_type.dat */
const textArrayType = 1009 as Parameters<typeof types.getTypeParser>[0];
const parse = types.getTypeParser(textArrayType) as (literal: string) => string[];

/** A `text[]` as PostgreSQL writes it. */
export function textArrayOf(literal: string): readonly string[] {
  return parse(literal);
}

export function textArray(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replace(/["\\]/g, String.raw`\$&`)}"`).join(',')}}`;
}
