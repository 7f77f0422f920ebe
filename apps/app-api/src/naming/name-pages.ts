import { likeLiteral } from '@helpdeskly/database';
import { Cursors, nameKeyOf, type Page, type PageQuery, type SortKey } from '@helpdeskly/http';
import { TenantContext } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';

interface Named {
  readonly id: string;
  readonly nameKey: string;
}

/** Rows by `where`, from the first after a name; Prisma's arguments. */
export interface NamePageArguments {
  readonly where: object;
  readonly orderBy: [{ nameKey: 'asc' }, { id: 'asc' }];
  readonly take: number;
}

export interface NameList<Row extends Named, View> {
  /** Which list it is: a cursor of another one is worth nothing here. */
  readonly route: string;
  /** A part of the name. */
  readonly q: string | undefined;
  /** What the rows are narrowed to beside that. */
  readonly within?: object;
  readonly find: (page: NamePageArguments) => PromiseLike<Row[]>;
  readonly count: (where: object) => PromiseLike<number>;
  readonly view: (row: Row) => View;
}

/** Lists of what has a name, in the order of their names. */
@Injectable()
export class NamePages {
  constructor(
    private readonly context: TenantContext,
    private readonly cursors: Cursors,
  ) {}

  async page<Row extends Named, View>(
    query: PageQuery,
    { route, q, within = {}, find, count, view }: NameList<Row, View>,
  ): Promise<Page<View>> {
    const scope = [this.context.current.tenant.id, route, q ?? null];
    const request = this.cursors.request(query, scope);
    const where = q === undefined ? within : { AND: [within, { nameKey: { contains: likeLiteral(nameKeyOf(q)) } }] };
    const rows = await find({
      where: request.after === undefined ? where : { AND: [where, beyond(request.after)] },
      orderBy: [{ nameKey: 'asc' }, { id: 'asc' }],
      take: request.limit + 1,
    });
    const total = request.total ? await count(where) : undefined;
    return this.cursors.page(rows, request, scope, ({ nameKey, id }) => [nameKey, id], view, total);
  }
}

function beyond([key, id]: readonly SortKey[]): object {
  const nameKey = String(key);
  return { OR: [{ nameKey: { gt: nameKey } }, { nameKey, id: { gt: String(id) } }] };
}
