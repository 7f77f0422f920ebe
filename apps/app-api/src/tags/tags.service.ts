import { likeLiteral } from '@helpdeskly/database';
import { Cursors, type Actor, type Page } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import type { ListTagsDto, TagDto } from './tags.dto.js';

/** The tags that tickets carry. */
@Injectable()
export class Tags {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly cursors: Cursors,
  ) {}

  async list(actor: Actor, { q = '', ...query }: ListTagsDto): Promise<Page<TagDto>> {
    const scope = [this.context.current.tenant.id, 'tags', actor.id, q];
    const request = this.cursors.request(query, scope);
    const after = String(request.after?.[0] ?? '');
    const beginning = Prisma.sql`tag like ${`${likeLiteral(q)}%`}`;
    const rows = await this.db.select<TagDto>(Prisma.sql`
      select tag, count(*)::int as "tickets"
        from "Ticket" t cross join lateral unnest(t."tags") as tag
       where t."deletedAt" is null and t."mergedIntoId" is null and ${beginning} and tag collate "und-x-icu" > ${after}
       group by tag order by tag collate "und-x-icu" limit ${request.limit + 1}`);
    const total = request.total ? await this.count(beginning) : undefined;
    return this.cursors.page(
      rows,
      request,
      scope,
      ({ tag }) => [tag],
      (row) => row,
      total,
    );
  }

  private async count(beginning: Prisma.Sql): Promise<number | undefined> {
    const [row] = await this.db.select<{ total: number }>(Prisma.sql`
      select count(distinct tag)::int as "total"
        from "Ticket" t cross join lateral unnest(t."tags") as tag
       where t."deletedAt" is null and t."mergedIntoId" is null and ${beginning}`);
    return row?.total;
  }
}
