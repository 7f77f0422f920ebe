import { ValidationFailed } from '@helpdeskly/errors';
import { isBlank, unescaped } from '@helpdeskly/http';
import { CsvError, parse } from 'csv-parse/sync';

const mostRows = 10_000;

export interface TableColumns {
  readonly required: readonly string[];
  readonly known: readonly string[];
}

/**
 * The rows below a header, each by its columns' names, without empty cells. A cell loses the apostrophe that an export put before a
 * formula. Columns are found in any order and case; they are separated by commas, or by semicolons as spreadsheets of some countries do.
 * A row with too many or too few cells is what is wrong with it. Throws ValidationFailed.
 */
export function readTable(text: unknown, columns: TableColumns): (ReadonlyMap<string, string> | ValidationFailed)[] {
  if (typeof text !== 'string' || isBlank(text)) throw wrong('(body)', 'required', 'The body is a CSV file.');
  const [header = [], ...rows] = recordsOf(text);
  const names = namesOf(header, columns);
  if (rows.length === 0) throw wrong('(body)', 'too_few', 'There is no row below the header.');
  if (rows.length > mostRows) throw wrong('(body)', 'too_many', `A file may have ${mostRows} rows.`);
  return rows.map((cells) => {
    if (cells.length !== names.length)
      return wrong('(row)', 'malformed', `This row has ${cells.length} cells, and the header ${names.length}.`);
    return new Map(names.flatMap((name, at) => (isBlank(cells[at] ?? '') ? [] : [[name, unescaped(cells[at] ?? '')]])));
  });
}

function recordsOf(text: string): string[][] {
  const [firstLine = ''] = text.split(/[\r\n]/, 1);
  try {
    return parse(text, {
      delimiter: firstLine.includes(';') ? ';' : ',',
      bom: true,
      relax_column_count: true, // Told by row, below.
      skip_empty_lines: true,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? ` in line ${error['lines']}` : '';
    throw wrong('(body)', 'malformed', `The file is not CSV: a quotation mark is out of place${line}.`);
  }
}

/** The known spelling of each column's name. */
function namesOf(header: readonly string[], { required, known }: TableColumns): string[] {
  const spellings = new Map(known.map((name) => [name.toLowerCase(), name]));
  const names = header.map((cell) => {
    const name = spellings.get(cell.trim().toLowerCase());
    if (name === undefined)
      throw wrong(
        '(header)',
        'unknown_field',
        `There is no column ${cell.trim().slice(0, 50)}. Known are ${known.join(', ')}.`,
      );
    return name;
  });
  const repeated = names.find((name, at) => names.indexOf(name) !== at);
  if (repeated !== undefined) throw wrong('(header)', 'repeated', `The column ${repeated} stands there twice.`);
  const lacking = required.filter((name) => !names.includes(name));
  if (lacking.length > 0) throw wrong('(header)', 'required', `These columns are missing: ${lacking.join(', ')}.`);
  return names;
}

const wrong = (field: string, code: string, message: string) => new ValidationFailed([{ field, code, message }]);
