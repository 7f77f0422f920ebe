/** A span's description of a statement. */
export interface DescribedStatement {
  /** Operation and table, such as `SELECT Ticket`. There are few different names. */
  readonly name: string;
  readonly operation: string;
  /** The text with `?` for each literal, and without comments. */
  readonly shown: string;
}

const longest = 2000;
const remembered = 500;
const known = new Map<string, DescribedStatement>();

/** Statements repeat, so it caches their descriptions. */
export function describeStatement(text: string): DescribedStatement {
  let described = known.get(text);
  if (described === undefined) {
    if (known.size >= remembered) known.clear();
    known.set(text, (described = describe(text)));
  }
  return described;
}

/**
 * A token that begins with `"` is an identifier, `$1` a placeholder; the others are strings (plain, escaped, dollar-quoted), numbers
 * and comments, and last the beginning of an unterminated string. Source: https://www.postgresql.org/docs/18/sql-syntax-lexical.html
 */
const tokens =
  /"(?:[^"]|"")*"|\$\d+|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$|(?<!\w)[eE]'(?:[^'\\]|''|\\[\s\S])*'|'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\/|\b\d+(?:\.\d+)?\b|'|\$\w*\$/g;

function describe(text: string): DescribedStatement {
  let understood = true;
  const blanked = text.slice(0, longest * 10).replace(tokens, (token) => {
    if (token.startsWith('"') || /^\$\d+$/.test(token)) return token;
    if (token === "'" || /^\$\w*\$$/.test(token)) understood = false;
    return token.startsWith('--') || token.startsWith('/*') ? ' ' : '?';
  });
  const operation = operationOf(blanked);
  const table = tableOf(blanked);
  const name = table === undefined ? operation : `${operation} ${table}`;
  const shown = understood ? blanked.trim().slice(0, longest) : operation; // Rather nothing than a part of a string.
  return { name, operation, shown };
}

/** The verb; for statements that define or grant, also the kind of object, such as `CREATE DATABASE`. */
function operationOf(blanked: string): string {
  const [, verb = 'SQL', noun = ''] = /^[\s(]*([A-Za-z]+)(?:\s+([A-Za-z]+))?/.exec(blanked) ?? [];
  const first = verb.toUpperCase();
  if (first === 'WITH') return /\b(INSERT|UPDATE|DELETE|MERGE)\b/i.exec(blanked)?.[1]?.toUpperCase() ?? 'SELECT';
  return ['CREATE', 'ALTER', 'DROP', 'COMMENT', 'SET'].includes(first) && noun !== ''
    ? `${first} ${noun.toUpperCase()}`
    : first;
}

function tableOf(blanked: string): string | undefined {
  if (!/^[\s(]*(SELECT|INSERT|UPDATE|DELETE|MERGE|WITH)\b/i.test(blanked)) return undefined;
  const [, table] =
    /\b(?:FROM|INTO|UPDATE)\s+((?:"[^"]+"|[A-Za-z_]\w*)(?:\.(?:"[^"]+"|[A-Za-z_]\w*))*)/i.exec(blanked) ?? [];
  return table?.replace(/"/g, '');
}
