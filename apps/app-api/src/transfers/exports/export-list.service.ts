import { NotFound } from '@helpdeskly/errors';
import { Cursors, isUuid, type Page } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import type { DataExport } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { ExportLinks } from './export-links.js';
import type { ExportDto, ListExportsQuery } from './exports.dto.js';

/** Reading exports. */
@Injectable()
export class ExportList {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly cursors: Cursors,
    private readonly links: ExportLinks,
  ) {}

  /** The newest first. */
  async list(query: ListExportsQuery): Promise<Page<ExportDto>> {
    const scope = [this.context.current.tenant.id, 'exports'];
    const request = this.cursors.request(query, scope);
    const { dataExport } = this.db.client;
    const rows = await dataExport.findMany({
      where: request.after === undefined ? {} : { id: { lt: String(request.after[0]) } },
      orderBy: { id: 'desc' },
      take: request.limit + 1,
    });
    const total = request.total ? await dataExport.count() : undefined;
    const view = (row: DataExport) => this.view(row);
    return this.cursors.page(rows, request, scope, (row) => [row.id], view, total);
  }

  /** Throws NotFound. */
  async find(id: string): Promise<ExportDto> {
    const row = isUuid(id) ? await this.db.client.dataExport.findUnique({ where: { id } }) : null;
    if (row === null) throw new NotFound('export');
    return this.view(row);
  }

  view(row: DataExport): ExportDto {
    const { id, status, total, size, sha256, expiresAt } = row;
    const isThere = status === 'DONE' && size !== null && sha256 !== null && expiresAt !== null;
    return {
      id,
      status,
      progress: { total: total === null ? null : Number(total), done: Number(row.rows) },
      error: row.error as ExportDto['error'],
      result: isThere
        ? {
            size: Number(size),
            sha256: Buffer.from(sha256).toString('hex'),
            url: this.links.to(id, expiresAt),
            expiresAt: expiresAt.toISOString(),
          }
        : null,
      requestedById: row.requestedById,
      snapshotAt: row.snapshotAt?.toISOString() ?? null,
      createdAt: row.createdAt.toISOString(),
      finishedAt: row.finishedAt?.toISOString() ?? null,
    };
  }
}
