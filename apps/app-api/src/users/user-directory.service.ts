import { likeLiteral } from '@helpdeskly/database';
import { NotFound } from '@helpdeskly/errors';
import { type Actor, Cursors, isEmail, isUuid, type Page, type SortKey } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Prisma, type User } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { userView } from '../user-core/user-view.js';
import type { UserDto } from '../user-core/user.dto.js';
import { likeliest } from './user-likeness.js';
import { formerHolders } from './user-addresses.js';
import { writtenAddresses } from './written-addresses.js';
import type { UserListQuery } from './users.dto.js';

type SortField = 'createdAt' | 'name' | 'email';

/** Reading users. */
@Injectable()
export class UserDirectory {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly cursors: Cursors,
  ) {}

  /** Throws NotFound, also for what a customer may not see. */
  async read(actor: Actor, id: string): Promise<UserDto> {
    const visible = isUuid(id) && (actor.role !== 'CUSTOMER' || actor.id === id.toLowerCase());
    const user = visible ? await this.db.client.user.findUnique({ where: { id } }) : null;
    if (user === null || user.service) throw new NotFound('user');
    return userView(user);
  }

  async list(query: UserListQuery): Promise<Page<UserDto>> {
    const { role, status, organization, email, q, sort = 'createdAt' } = query;
    const descending = sort.startsWith('-');
    const field = sort.replace('-', '') as SortField;
    const scope = [
      this.context.current.tenant.id,
      'users',
      sort,
      role ?? null,
      status ?? null,
      organization ?? null,
      email ?? null,
      q ?? null,
    ];
    const request = this.cursors.request(query, scope);
    const where: Prisma.UserWhereInput = {
      mergedIntoId: null,
      service: false,
      ...(role === undefined ? {} : { role: { in: [...role] } }),
      ...(status === undefined ? {} : { status: { in: [...status] } }),
      ...(organization === undefined ? {} : { organizationId: organization === 'none' ? null : organization }),
      ...(email === undefined ? {} : { addressBook: { some: { addressKey: email.toLowerCase() } } }),
      ...(q === undefined ? {} : { AND: [await this.called(q)] }),
    };
    const order = descending ? 'desc' : 'asc';
    const column = field === 'email' ? 'emailKey' : field;
    const rows = await this.db.client.user.findMany({
      where: request.after === undefined ? where : { AND: [where, after(column, descending, request.after)] },
      orderBy: [{ [column]: order }, { id: order }],
      take: request.limit + 1,
    });
    const total = request.total ? await this.db.client.user.count({ where }) : undefined;
    return this.cursors.page(rows, request, scope, (user) => [keyOf(user, column), user.id], userView, total);
  }

  /**
   * Who has or had the address `typed`, however it was pasted; those whose name or address, former ones too, holds what was typed;
   * when nobody's does, those who are called much like it. Nobody's address is guessed.
   */
  private async called(typed: string): Promise<Prisma.UserWhereInput> {
    const written = writtenAddresses(typed);
    const addresses = [typed, ...written].filter((each) => isEmail(each));
    if (addresses.length > 0) {
      const keys = addresses.map((each) => each.toLowerCase());
      const owners = { addressBook: { some: { addressKey: { in: keys } } } };
      // One that may be the beginning of another (`anna@firm` while somebody types) is a part of it.
      const areWhole = addresses.some((each) => isEmail(each, true));
      if (areWhole || (await this.db.client.user.count({ where: owners })) > 0) return owners;
    }
    const [q = typed] = written.length === 1 ? written : [];
    const holds = { contains: likeLiteral(q), mode: 'insensitive' } as const;
    const before = await formerHolders(this.db.client, q);
    const holding = {
      OR: [{ name: holds }, { email: holds }, ...(before.length === 0 ? [] : [{ id: { in: before } }])],
    };
    const isNamed = !typed.includes('@');
    if (!isNamed || (await this.db.client.user.count({ where: holding, take: 1 })) > 0) return holding;
    return { id: { in: await likeliest(this.db.client, q) } };
  }
}

function after(
  column: 'createdAt' | 'name' | 'emailKey',
  descending: boolean,
  [key, id]: readonly SortKey[],
): Prisma.UserWhereInput {
  const value = column === 'createdAt' ? new Date(String(key)) : String(key);
  const beyond = descending ? { lt: value } : { gt: value };
  const idBeyond = descending ? { lt: String(id) } : { gt: String(id) };
  return { OR: [{ [column]: beyond }, { [column]: value, id: idBeyond }] };
}

function keyOf(user: User, column: 'createdAt' | 'name' | 'emailKey'): SortKey {
  return column === 'createdAt' ? user.createdAt.toISOString() : user[column];
}
