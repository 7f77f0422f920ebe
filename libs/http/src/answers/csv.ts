import { Readable } from 'node:stream';
import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { stringify } from 'csv-stringify/sync';
import type { FastifyReply } from 'fastify';

export type Cell = string | number | null;

/** A text that a spreadsheet would run as a formula, with the apostrophe that keeps it from running. */
const keptFromRunning = /^'(?=[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])/;

/** The text of a cell of a file that `csvOf` wrote. */
export const unescaped = (cell: string) => cell.replace(keptFromRunning, '');

/**
 * A file of RFC 4180 with a header line. Null is an empty cell. A text that a spreadsheet would run as a formula begins with an
 * apostrophe. Source: https://owasp.org/www-community/attacks/CSV_Injection
 */
export function csvOf<Column extends string>(
  columns: readonly Column[],
  rows: readonly Readonly<Record<Column, Cell>>[],
  { header = true }: { readonly header?: boolean } = {},
): string {
  const records = rows.map((row) => columns.map((column) => row[column]));
  // Without quoted_match only the record delimiter as a whole is quoted, and a lone line feed ends a record.
  return stringify(records, {
    header,
    columns: [...columns],
    record_delimiter: 'windows',
    escape_formulas: true,
    quoted_match: /[\r\n]/,
  });
}

/** Sends a file to save under `name`. */
export function sendCsv(reply: FastifyReply, name: string, text: string): string {
  nameFile(reply, name);
  return text;
}

/**
 * The same for a file that does not fit into memory, page by page; a slow reader slows the pages down. What the first page throws is
 * answered, later the connection is cut: a file that looks complete is complete.
 */
export async function streamCsv<Column extends string>(
  reply: FastifyReply,
  name: string,
  columns: readonly Column[],
  pages: AsyncIterator<readonly Readonly<Record<Column, Cell>>[]>,
): Promise<Readable> {
  const first = await pages.next();
  nameFile(reply, name);
  const texts = async function* () {
    for (let page = first, header = true; ; page = await pages.next(), header = false) {
      if (page.done !== true || header) yield csvOf(columns, page.done === true ? [] : page.value, { header });
      if (page.done === true) return;
    }
  };
  return Readable.from(texts());
}

function nameFile(reply: FastifyReply, name: string): void {
  reply.header('content-type', 'text/csv; charset=utf-8; header=present');
  reply.header('content-disposition', `attachment; filename="${name}"`);
}

/** Whether the caller asks for CSV and not for JSON. */
export function wantsCsv(accept: string | undefined): boolean {
  const wanted = (accept ?? '').split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    return { type, q: q === undefined ? 1 : Number(q.slice(2)) };
  });
  const weight = (type: string) => Math.max(0, ...wanted.filter((range) => range.type === type).map(({ q }) => q));
  return weight('text/csv') > Math.max(weight('application/json'), weight('application/*'));
}

const text = { 'text/csv': { schema: { type: 'string' as const } } };

/** An answer in CSV, and in JSON too when a DTO is given. */
export const ApiCsv = (type?: Type) => {
  const json = type && { 'application/json': { schema: { $ref: getSchemaPath(type) } } };
  const models = type === undefined ? [] : [ApiExtraModels(type)];
  return applyDecorators(...models, ApiResponse({ status: 200, description: '', content: { ...json, ...text } }));
};
