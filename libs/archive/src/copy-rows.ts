import type { ChangedRows } from './copy-database.js';
import type { CopiedTable } from './copy.js';

/** A column's value as PostgreSQL writes it as text; null for NULL. */
export type CopyValue = string | null;

/** A row's values in the order of its table's columns; changes them in place. */
export type RowChange = (row: CopyValue[]) => void;

const newline = 0x0a;
/** About how many bytes are passed on at once. */
const batchBytes = 64 * 1024;

/** Changes the rows of COPY's text one by one. A newline within a value is escaped there: each line is a row. */
export function changedRows({ name, columns }: CopiedTable, change: RowChange): ChangedRows {
  const changed = (line: Buffer): string => {
    const row = line.toString('utf8').split('\t').map(decoded);
    if (row.length !== columns.length) throw new Error(`A row of ${name} has ${row.length} columns.`);
    change(row);
    return row.map(encoded).join('\t');
  };
  return async function* (rows) {
    let kept: Buffer[] = [];
    for await (const chunk of rows) {
      let out: string[] = [];
      let size = 0;
      let from = 0;
      for (let end; (end = chunk.indexOf(newline, from)) !== -1; from = end + 1) {
        const part = chunk.subarray(from, end);
        const row = changed(kept.length === 0 ? part : Buffer.concat([...kept, part]));
        kept = [];
        out.push(row, '\n');
        size += row.length;
        if (size < batchBytes) continue;
        yield Buffer.from(out.join(''), 'utf8');
        [out, size] = [[], 0];
      }
      if (from < chunk.length) kept.push(Buffer.from(chunk.subarray(from)));
      if (out.length > 0) yield Buffer.from(out.join(''), 'utf8');
    }
    if (kept.length > 0) throw new Error(`The rows of ${name} end within a row.`);
  };
}

const named: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** COPY TO writes no octal or hexadecimal escapes. */
function decoded(text: string): CopyValue {
  if (text === '\\N') return null;
  if (!text.includes('\\')) return text;
  return text.replace(/\\(.)/gs, (_, letter: string) => named[letter] ?? letter);
}

function encoded(value: CopyValue): string {
  if (value === null) return '\\N';
  return value.replace(/[\\\b\f\n\r\t\v]/g, (letter) => escapes[letter] ?? letter);
}
