/** One statement of a script and the line, from 1, on which it begins. */
export interface Statement {
  readonly text: string;
  readonly line: number;
  /** Where it begins and ends in the script. */
  readonly start: number;
  readonly end: number;
}

/** Words, and what may contain a semicolon that ends no statement. Source: https://www.postgresql.org/docs/18/sql-syntax-lexical.html */
const lexemes = [
  /--[^\n]*/y,
  /\b[eE]'(?:[^'\\]|\\[\s\S]|'')*'/y,
  /'(?:[^']|'')*'/y,
  /"(?:[^"]|"")*"/y,
  /(?<![\w$])\$((?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?)\$[\s\S]*?\$\1\$/y,
  /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y,
];

/**
 * Splits a script into statements as PostgreSQL does, to say which one failed. Omits blank statements and those with only
 * comments.
 */
export function statementsOf(script: string): Statement[] {
  const statements: Statement[] = [];
  let nesting = new Nesting();
  let start: number | undefined;
  let at = 0;
  const finish = () => {
    if (start === undefined) return;
    const text = script.slice(start, at).trim();
    statements.push({ text, line: script.slice(0, start).split('\n').length, start, end: at });
    start = undefined;
    nesting = new Nesting();
  };
  while (at < script.length) {
    const token = tokenAt(script, at);
    if (token === ';' && nesting.isClosed) finish();
    else if (!/^(?:\s|--|\/\*)/.test(token)) {
      start ??= at;
      nesting.see(word.test(token) ? foldCase(token) : token);
    }
    at += token.length;
  }
  finish();
  return statements;
}

/**
 * What keeps a statement together across semicolons: parentheses (of rules), and bodies in the SQL standard's form, in which
 * each CASE also ends with an END. Source: psql's lexer, psqlscan.l
 */
class Nesting {
  private readonly beginning: string[] = [];
  private parentheses = 0;
  private bodies = 0;
  private last = '';

  get isClosed(): boolean {
    return this.parentheses === 0 && this.bodies === 0;
  }

  see(token: string): void {
    if (this.beginning.length < 4) this.beginning.push(token);
    if (token === '(') this.parentheses++;
    if (token === ')' && this.parentheses > 0) this.parentheses--;
    if (token === 'atomic' && this.last === 'begin' && this.makesRoutine) this.bodies++;
    if (token === 'case' && this.bodies > 0) this.bodies++;
    if (token === 'end' && this.bodies > 0) this.bodies--;
    this.last = token;
  }

  private get makesRoutine(): boolean {
    return /^create (?:or replace )?(?:function|procedure)\b/.test(this.beginning.join(' '));
  }
}

const word = /^[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*$/;

/**
 * The words and marks of a statement, without comments. Unquoted names are in lower case, as PostgreSQL folds
 * them; everything quoted is unchanged.
 */
export function tokensOf(statement: string): string[] {
  const tokens: string[] = [];
  for (let at = 0; at < statement.length;) {
    const token = tokenAt(statement, at);
    if (!/^(?:\s|--|\/\*)/.test(token)) tokens.push(word.test(token) ? foldCase(token) : token);
    at += token.length;
  }
  return tokens;
}

/** In a UTF-8 database PostgreSQL folds only ASCII. */
function foldCase(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Statements that begin or end a transaction, or may not run in one with others. Source: PreventInTransactionBlock. */
const standsAlone =
  /^(?:abort|begin|commit|end|prepare\s+transaction|rollback|start\s+transaction|vacuum|cluster|alter\s+system|(?:create|drop|alter)\s+(?:database|tablespace|subscription)|create\s+(?:unique\s+)?index\s+concurrently|drop\s+index\s+concurrently|reindex\b[\s\S]*\bconcurrently|reindex\s+(?:\([^)]*\)\s*)?(?:database|schema|system)|alter\s+table\b[\s\S]*\bdetach\b[\s\S]*\bconcurrently)\b/i;

/**
 * Whether PostgreSQL runs a script, sent as one message, as one transaction, to which we may add statements. Only PostgreSQL knows what
 * a block or a procedure does inside: see `mayCommit`.
 */
export function isOneTransaction(script: string): boolean {
  return statementsOf(script).every(({ text }) => !standsAlone.test(tokensOf(text).join(' ')));
}

/** Whether a script is one block or one call, which may end transactions if it is the only statement. */
export function mayCommit(script: string): boolean {
  const [statement, ...others] = statementsOf(script);
  return statement !== undefined && others.length === 0 && /^(?:do|call)\b/i.test(tokensOf(statement.text)[0] ?? '');
}

function tokenAt(script: string, at: number): string {
  if (script.startsWith('/*', at)) return script.slice(at, endOfComment(script, at));
  for (const pattern of lexemes) {
    pattern.lastIndex = at;
    const [token] = pattern.exec(script) ?? [];
    if (token !== undefined) return token;
  }
  return script.charAt(at);
}

/** Block comments nest. */
function endOfComment(script: string, at: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = at;
  let depth = 0;
  for (let mark = marks.exec(script); mark !== null; mark = marks.exec(script)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return script.length;
}
