import stringWidth from 'string-width';

type Row = Readonly<Record<string, unknown>>;

/** What is worth a column, in this order; a row that has none of it shows its first fields. */
const columns = [
  'position',
  'number',
  'slug',
  'tenantSlug',
  'kind',
  'severity',
  'action',
  'name',
  'email',
  'role',
  'status',
  'state',
  'plan',
  'migration',
  'count',
  'tenants',
  'changed',
  'schemaVersion',
  'schemaPending',
  'maxTenants',
  'host',
  'message',
  'remedy',
  'error',
  'since',
  'startedAt',
  'createdAt',
  'lastUsedAt',
  'expiresAt',
];
const mostColumns = 7;
const widest = 60;

/** What a terminal would take as a command is shown as �: names are written by people. */
// eslint-disable-next-line no-control-regex
export const harmless = (text: string) => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd');

/** One line for each row, under a header. */
export function tableOf(rows: readonly Row[]): string {
  const names = columnsOf(rows);
  const lines = [names.map(titleOf), ...rows.map((row) => names.map((name) => cellOf(row[name])))];
  const widths = names.map((_, at) => Math.min(widest, Math.max(...lines.map((line) => stringWidth(line[at] ?? '')))));
  return lines
    .map((line) =>
      line
        .map((cell, at) => padded(shortened(cell, widths[at] ?? 0), widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Cells in one line, for what comes one by one. */
export const lineOf = (cells: readonly string[]) => cells.map(harmless).join('  ');

/** One line for each field. */
export function detailsOf(row: Row): string {
  const lines = [...linesOf(row, '')];
  const width = Math.max(0, ...lines.map(([name]) => stringWidth(name)));
  return lines.map(([name, value]) => `${padded(name, width)}  ${value}`).join('\n');
}

function* linesOf(row: Row, parent: string): Generator<[string, string]> {
  for (const [name, value] of Object.entries(row)) {
    const path = parent === '' ? name : `${parent}.${name}`;
    if (isRow(value)) yield* linesOf(value, path);
    else if (Array.isArray(value) && value.some(isRow))
      for (const [index, item] of (value as unknown[]).entries())
        yield* linesOf(isRow(item) ? item : { '': item }, `${path}.${index}`);
    else yield [path, cellOf(value)];
  }
}

function columnsOf(rows: readonly Row[]): string[] {
  const [first = {}] = rows;
  const scalar = Object.keys(first).filter((name) => rows.some((row) => row[name] !== null) && !isRow(first[name]));
  const wanted = columns.filter((name) => scalar.includes(name));
  return (wanted.length > 1 ? wanted : scalar).slice(0, mostColumns);
}

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

const titleOf = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter}`).toUpperCase();

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.map(cellOf).join(', ');
  return harmless(typeof value === 'string' ? value : JSON.stringify(value)).replaceAll(/[\t\n]/g, ' ');
}

function shortened(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let short = '';
  for (const character of text) {
    if (stringWidth(short + character) >= width) break;
    short += character;
  }
  return `${short}…`;
}

const padded = (text: string, width: number) => text + ' '.repeat(Math.max(0, width - stringWidth(text)));
