import stringWidth from 'string-width';

type Row = Readonly<Record<string, unknown>>;

/** What is worth a column, in this order; a row that has none of it shows its first fields. */
const columns = [
  'position',
  'number',
  'slug',
  'tenantSlug',
  'tenant.slug',
  'tenant',
  'kind',
  'severity',
  'action',
  'actor.name',
  'name',
  'email',
  'role',
  'status',
  'state',
  'lagBytes',
  'pauseMs',
  'verified',
  'moved',
  'rolledBack',
  'left',
  'plan',
  'migration',
  'count',
  'counts.done',
  'counts.failed',
  'counts.total',
  'progress.done',
  'progress.failed',
  'progress.drifted',
  'progress.total',
  'tenants',
  'changed',
  'outcome',
  'problem',
  'differenceCount',
  'durationMs',
  'every',
  'lastBackupAt',
  'overdue',
  'lastProofAt',
  'schemaVersion',
  'schemaPending',
  'maxTenants',
  'host',
  'cause.message',
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

/** One line for each row, under a header. `whole`: every column, however many there are. */
export function tableOf(rows: readonly Row[], { whole = false }: { readonly whole?: boolean } = {}): string {
  const flat = rows.map(flattened);
  const names = whole ? [...new Set(flat.flatMap((row) => Object.keys(row)))] : columnsOf(flat);
  const lines = [names.map(titleOf), ...flat.map((row) => names.map((name) => cellOf(row[name])))];
  const widths = names.map((name, at) =>
    Math.min(name === 'problem' ? Infinity : widest, Math.max(...lines.map((line) => stringWidth(line[at] ?? '')))),
  );
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

/** One line for each field; a list of things is a table under its name. */
export function detailsOf(row: Row): string {
  const lines = [...linesOf(row, '')];
  const width = Math.max(0, ...lines.map(([name]) => stringWidth(name)));
  const fields = lines.map(([name, values]) => `${padded(name, width)}  ${values.join(`\n${' '.repeat(width)}  `)}`);
  const tables = [...listsOf(row, '')].map(([name, items]) => `\n${name}\n${tableOf(items, { whole: true })}`);
  return [...fields, ...tables].join('\n').trimStart();
}

/** Each field with what it says, in as many lines as its values need: a long list has a line for each. */
function* linesOf(row: Row, parent: string): Generator<[string, readonly string[]]> {
  for (const [name, value] of Object.entries(row)) {
    if (isRow(value)) yield* linesOf(value, `${parent}${name}.`);
    else if (!isList(value)) yield [`${parent}${name}`, linesOfValue(value)];
  }
}

function linesOfValue(value: unknown): readonly string[] {
  const text = cellOf(value);
  return Array.isArray(value) && stringWidth(text) > widest ? value.map(cellOf) : [text];
}

function* listsOf(row: Row, parent: string): Generator<[string, readonly Row[]]> {
  for (const [name, value] of Object.entries(row)) {
    if (isRow(value)) yield* listsOf(value, `${parent}${name}.`);
    else if (isList(value)) yield [`${parent}${name}`, value];
  }
}

/** The fields of objects in a row beside its own, by dotted names. */
const flattened = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(asOutcome(row)).flatMap(([name, value]) =>
      isRow(value) ? Object.entries(value).map(([inner, each]) => [`${name}.${inner}`, each]) : [[name, value]],
    ),
  );

/** What became of one of many tenants: its slug rather than all that is known of it, and the problem as a sentence. */
function asOutcome(row: Row): Row {
  const { id, slug, tenant: _tenant, problem, ...others } = row;
  if (typeof row['changed'] !== 'boolean' || row['position'] === undefined) return row;
  return {
    position: row['position'],
    tenant: slug ?? id,
    ...others,
    ...(isRow(problem) && { problem: sentenceOf(problem) }),
  };
}

function sentenceOf({ code, detail, errors }: Row): string {
  const fields = isList(errors) ? errors.map(({ field, message }) => `${cellOf(field)}: ${cellOf(message)}`) : [];
  return fields.length > 0 ? fields.join(' ') : `${cellOf(code)}: ${cellOf(detail)}`;
}

function columnsOf(rows: readonly Row[]): string[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const told = names.filter((name) => rows.some((row) => (row[name] ?? null) !== null));
  const wanted = columns.filter((name) => told.includes(name));
  return (wanted.length > 1 ? wanted : told).slice(0, mostColumns);
}

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);
const isList = (value: unknown): value is readonly Row[] =>
  Array.isArray(value) && value.length > 0 && value.every(isRow);

/** `TENANT` of `tenant.slug`, `COUNTS DONE` of `counts.done`. */
const titleOf = (name: string) =>
  name
    .replace(/\.(slug|name|message)$/, '')
    .replace(/^row\./, '')
    .replace('.', ' ')
    .replace(/[A-Z]/g, (letter) => ` ${letter}`)
    .toUpperCase();

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
