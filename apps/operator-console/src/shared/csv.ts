/** A text that a spreadsheet would run as a formula. */
const formula = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const number = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** A file of RFC 4180; as in the API's files, a text that a spreadsheet would run as a formula begins with an apostrophe. */
export const csvOf = (lines: readonly (readonly string[])[]): string =>
  lines.map((cells) => `${cells.map(cellOf).join(',')}\r\n`).join('');

function cellOf(text: string): string {
  const kept = formula.test(text) && !number.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(kept) ? `"${kept.replaceAll('"', '""')}"` : kept;
}
