import { Cursors, type Page, type PageQuery, type SortKey } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';

/** What a query needs for a page: `where` holds the filters and, past the first page, the end of the previous page. */
export interface PageArguments<Where> {
  readonly where: Where;
  readonly orderBy: Record<string, 'asc' | 'desc'>[];
  readonly take: number;
}

export interface List<Where, Row, View> {
  /** The path: a cursor of one list is invalid in another. */
  readonly route: string;
  readonly filters: Where;
  /** A column, with a leading hyphen for descending order. Ids order rows with the same value. */
  readonly sort: string;
  readonly find: (page: PageArguments<Where>) => Promise<Row[]>;
  readonly count: (where: Where) => Promise<number>;
  readonly view: (row: Row) => View;
}

/**
 * Keyset pages: each begins after the values of the previous page's last row, so that rows which appear or disappear
 * meanwhile neither shift nor repeat others.
 */
@Injectable()
export class Lists {
  constructor(private readonly cursors: Cursors) {}

  /** Throws InvalidCursor. */
  async page<Where extends object, Row extends object, View>(
    query: PageQuery,
    list: List<Where, Row, View>,
  ): Promise<Page<View>> {
    const scope = [list.route, list.sort, list.filters];
    const request = this.cursors.request(query, scope);
    const column = list.sort.replace(/^-/, '');
    const direction = list.sort.startsWith('-') ? 'desc' : 'asc';
    const rows = await list.find({
      where: request.after === undefined ? list.filters : after(list.filters, column, direction, request.after),
      orderBy: [{ [column]: direction }, { id: direction }],
      take: request.limit + 1,
    });
    const total = request.total ? await list.count(list.filters) : undefined;
    return this.cursors.page(
      rows,
      request,
      scope,
      (row) => keysOf(row as Record<string, unknown>, column),
      list.view,
      total,
    );
  }
}

/** All rows of a list, in pages of `size`, each read when it is asked for. */
export async function* pagesOf<Where extends object, Row extends object>(
  { filters, sort, find }: Pick<List<Where, Row, unknown>, 'filters' | 'sort' | 'find'>,
  size: number,
): AsyncGenerator<Row[], void> {
  const column = sort.replace(/^-/, '');
  const direction = sort.startsWith('-') ? 'desc' : 'asc';
  let where = filters;
  for (;;) {
    const rows = await find({ where, orderBy: [{ [column]: direction }, { id: direction }], take: size });
    yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < size) return;
    where = after(filters, column, direction, keysOf(last as Record<string, unknown>, column));
  }
}

function after<Where extends object>(
  filters: Where,
  column: string,
  direction: 'asc' | 'desc',
  [value, id]: readonly SortKey[],
): Where {
  const beyond = direction === 'desc' ? 'lt' : 'gt';
  const key = column.endsWith('At') ? new Date(String(value)) : column === 'seq' ? BigInt(String(value)) : value;
  return {
    AND: [filters, { OR: [{ [column]: { [beyond]: key } }, { [column]: key, id: { [beyond]: id } }] }],
  } as unknown as Where;
}

function keysOf(row: Record<string, unknown>, column: string): SortKey[] {
  const value = row[column];
  const key = value instanceof Date ? value.toISOString() : typeof value === 'number' ? value : String(value);
  return [key, String(row['id'])];
}
