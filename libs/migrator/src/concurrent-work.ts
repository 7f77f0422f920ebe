import { statementsOf, tokensOf } from './statements.js';

/** A name without its quotes; an unquoted name is in lower case. */
interface Name {
  readonly schema: string | undefined;
  readonly name: string;
}

/**
 * A script that changes a table in several transactions while others use the table. If it is interrupted, it leaves an invalid index,
 * or a half-detached partition. `REFRESH MATERIALIZED VIEW CONCURRENTLY` is one transaction, and leaves nothing.
 */
export type ConcurrentWork =
  | { readonly kind: 'create'; readonly table: Name; readonly index: string | undefined }
  | { readonly kind: 'rebuild' }
  | { readonly kind: 'drop'; readonly index: Name }
  | { readonly kind: 'detach'; readonly table: Name; readonly partition: Name };

/** The concurrent work of a script, or undefined. PostgreSQL requires such a statement to be the only one. */
export function concurrentWorkOf(script: string): ConcurrentWork | undefined {
  const [statement, ...others] = statementsOf(script);
  if (statement === undefined || others.length > 0) return undefined;
  const tokens = new Tokens(tokensOf(statement.text));
  if (tokens.take('create')) return creation(tokens);
  if (tokens.take('reindex')) return tokens.rest.includes('concurrently') ? { kind: 'rebuild' } : undefined;
  if (tokens.take('alter', 'table')) return detachment(tokens);
  if (!tokens.take('drop') || !tokens.take('index') || !tokens.take('concurrently')) return undefined;
  tokens.take('if', 'exists');
  const index = tokens.name();
  return index === undefined ? undefined : { kind: 'drop', index };
}

function creation(tokens: Tokens): ConcurrentWork | undefined {
  tokens.take('unique');
  if (!tokens.take('index') || !tokens.take('concurrently')) return undefined;
  tokens.take('if', 'not', 'exists');
  const index = tokens.take('on') ? undefined : tokens.name()?.name;
  if (index !== undefined && !tokens.take('on')) return undefined;
  tokens.take('only');
  const table = tokens.name();
  return table === undefined ? undefined : { kind: 'create', table, index };
}

function detachment(tokens: Tokens): ConcurrentWork | undefined {
  tokens.take('if', 'exists');
  const table = tokens.name();
  if (table === undefined || !tokens.take('detach', 'partition')) return undefined;
  const partition = tokens.name();
  return partition !== undefined && tokens.take('concurrently') ? { kind: 'detach', table, partition } : undefined;
}

class Tokens {
  constructor(public rest: readonly string[]) {}

  /** Skips these words if they come next. */
  take(...words: string[]): boolean {
    if (!words.every((word, index) => this.rest[index] === word)) return false;
    this.rest = this.rest.slice(words.length);
    return true;
  }

  /** Reads a name, with its schema if one is given. */
  name(): Name | undefined {
    const [first, dot, second] = this.rest;
    if (first === undefined) return undefined;
    const isQualified = dot === '.' && second !== undefined;
    this.rest = this.rest.slice(isQualified ? 3 : 1);
    return isQualified
      ? { schema: unquoted(first), name: unquoted(second) }
      : { schema: undefined, name: unquoted(first) };
  }
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
