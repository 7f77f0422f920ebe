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
    const beginning = Prisma.sql`tag LIKE ${`${likeLiteral(q)}%`}`;
    const rows = await this.db.select<TagDto>(Prisma.sql`
      SELECT tag, count(*)::int AS "tickets"
        FROM "Ticket" t CROSS JOIN LATERAL unnest(t."tags") AS tag
       WHERE t."deletedAt" IS NULL AND t."mergedIntoId" IS NULL AND ${beginning} AND tag collate "und-x-icu" > ${after}
       GROUP BY tag ORDER BY tag collate "und-x-icu" LIMIT ${request.limit + 1}`);
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
      SELECT count(DISTINCT tag)::int AS "total"
        FROM "Ticket" t CROSS JOIN LATERAL unnest(t."tags") AS tag
       WHERE t."deletedAt" IS NULL AND t."mergedIntoId" IS NULL AND ${beginning}`);
    return row?.total;
  }
}
