import { isDeepStrictEqual } from 'node:util';
import { assertVersion, Cursors, type Actor, type Page, type SortKey } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma, View } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { given } from '../sharing/given.js';
import { lockQuota } from '../sharing/quota.js';
import { assertMayKeep, sharedOrOwn } from '../sharing/sharing.js';
import { ChangeViewDto, CreateViewDto, ListViewsDto, ViewDto } from './views.dto.js';
import { findView, lastPosition, lockView } from './views.queries.js';
import { oneViewOf, viewsOf } from './view-query.js';

/** The most that the staff shares, and that one person has: as many as one statement counts for everybody who looks. */
const mostViews = 100;

/** Saved searches for tickets. Somebody else's personal view is not found, by admins neither. */
@Injectable()
export class Views {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly cursors: Cursors,
  ) {}

  /** Those that the actor sees, in the order of their positions. */
  async list(actor: Actor, query: ListViewsDto): Promise<Page<ViewDto>> {
    const scope = [this.context.current.tenant.id, 'views', actor.id];
    const request = this.cursors.request(query, scope);
    const where = sharedOrOwn(actor);
    const rows = await this.db.client.view.findMany({
      where: request.after === undefined ? where : { AND: [where, beyond(request.after)] },
      orderBy: [{ position: 'asc' }, { id: 'asc' }],
      take: request.limit + 1,
    });
    const total = request.total ? await this.db.client.view.count({ where }) : undefined;
    const page = this.cursors.page(
      rows,
      request,
      scope,
      ({ position, id }) => [position, id],
      (view) => view,
      total,
    );
    return { ...page, data: await viewsOf(this.db.client, page.data) };
  }

  async find(actor: Actor, id: string): Promise<ViewDto> {
    return oneViewOf(this.db.client, await findView(this.db.client, actor, id));
  }

  /** Throws Forbidden, LimitReached. */
  async create(actor: Actor, { name, shared = false, position, filters, sort }: CreateViewDto): Promise<ViewDto> {
    const kept = { shared, ownerId: actor.id };
    assertMayKeep(actor, kept);
    return this.db.transaction(async (tx) => {
      await lockQuota(tx, 'views', kept, mostViews, (where) => tx.view.count({ where }));
      const place = position ?? (await lastPosition(tx, actor));
      const data = { ...kept, name, position: place, filters: given(filters ?? {}), sort: sort ?? null };
      return oneViewOf(tx, await tx.view.create({ data }));
    });
  }

  /** Throws NotFound, Forbidden, VersionConflict. */
  async change(actor: Actor, id: string, input: ChangeViewDto, version?: number): Promise<ViewDto> {
    return this.db.transaction(async (tx) => {
      const view = await this.lock(tx, actor, id, version);
      const changes = changesOf(view, input);
      if (Object.keys(changes).length === 0) return oneViewOf(tx, view);
      const data = { ...changes, version: { increment: 1 }, updatedAt: new Date() };
      return oneViewOf(tx, await tx.view.update({ where: { id: view.id }, data }));
    });
  }

  /** Throws NotFound, Forbidden, VersionConflict. */
  async remove(actor: Actor, id: string, version?: number): Promise<void> {
    await this.db.transaction(async (tx) => {
      const view = await this.lock(tx, actor, id, version);
      await tx.view.delete({ where: { id: view.id }, select: { id: true } });
    });
  }

  private async lock(tx: Prisma.TransactionClient, actor: Actor, id: string, version?: number): Promise<View> {
    const view = await lockView(tx, actor, id);
    assertMayKeep(actor, view);
    assertVersion(version, view.version);
    return view;
  }
}

function changesOf(view: View, { name, position, filters, sort }: ChangeViewDto): Prisma.ViewUpdateInput {
  return {
    ...(name === undefined || name === view.name ? {} : { name }),
    ...(position === undefined || position === view.position ? {} : { position }),
    ...(filters === undefined || isDeepStrictEqual(given(filters), view.filters) ? {} : { filters: given(filters) }),
    ...(sort === undefined || sort === view.sort ? {} : { sort }),
  };
}

function beyond([position, id]: readonly SortKey[]): Prisma.ViewWhereInput {
  const place = Number(position);
  return { OR: [{ position: { gt: place } }, { position: place, id: { gt: String(id) } }] };
}
