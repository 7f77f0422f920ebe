import { NotFound } from '@helpdeskly/errors';
import { Cursors, isUuid, type Page } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { viewApiKey, withUser } from './api-key-view.js';
import type { ApiKeyDto, ListApiKeysQuery } from './api-keys.dto.js';

/** Reading API keys. */
@Injectable()
export class ApiKeyList {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly cursors: Cursors,
  ) {}

  async list(query: ListApiKeysQuery): Promise<Page<ApiKeyDto>> {
    const { sort = '-createdAt' } = query;
    const scope = [this.context.current.tenant.id, 'api-keys', sort];
    const request = this.cursors.request(query, scope);
    const { apiKey } = this.db.client;
    const id = String(request.after?.[0] ?? '');
    const descending = sort.startsWith('-');
    // Ids are made by the database in the order of time.
    const rows = await apiKey.findMany({
      where: request.after === undefined ? {} : { id: descending ? { lt: id } : { gt: id } },
      include: withUser,
      orderBy: { id: descending ? 'desc' : 'asc' },
      take: request.limit + 1,
    });
    const total = request.total ? await apiKey.count() : undefined;
    return this.cursors.page(rows, request, scope, (row) => [row.id], viewApiKey, total);
  }

  /** Throws NotFound. */
  async find(id: string): Promise<ApiKeyDto> {
    const row = isUuid(id) ? await this.db.client.apiKey.findUnique({ where: { id }, include: withUser }) : null;
    if (row === null) throw new NotFound('API key');
    return viewApiKey(row);
  }
}
