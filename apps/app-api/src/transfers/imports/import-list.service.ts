import { NotFound } from '@helpdeskly/errors';
import { Cursors, isUuid, type Page } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import type { DataImport } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import type { ImportDto, ImportRefusalDto, ListImportsQuery, ListRefusalsQuery } from './imports.dto.js';
import { runnableUntil } from './runnable-until.js';

/** Reading imports. One whose archive is still arriving is nobody's yet. */
@Injectable()
export class ImportList {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly cursors: Cursors,
  ) {}

  /** The newest first. */
  async list(query: ListImportsQuery): Promise<Page<ImportDto>> {
    const scope = [this.context.current.tenant.id, 'imports'];
    const request = this.cursors.request(query, scope);
    const { dataImport } = this.db.client;
    const shown = { status: { not: 'UPLOADING' } } as const;
    const rows = await dataImport.findMany({
      where: { ...shown, ...(request.after === undefined ? {} : { id: { lt: String(request.after[0]) } }) },
      orderBy: { id: 'desc' },
      take: request.limit + 1,
    });
    const total = request.total ? await dataImport.count({ where: shown }) : undefined;
    return this.cursors.page(rows, request, scope, (row) => [row.id], view, total);
  }

  /** Throws NotFound. */
  async find(id: string): Promise<ImportDto> {
    const row = isUuid(id) ? await this.db.client.dataImport.findUnique({ where: { id } }) : null;
    if (row === null || row.status === 'UPLOADING') throw new NotFound('import');
    return view(row);
  }

  /** By file and line. Throws NotFound. */
  async refusals(id: string, query: ListRefusalsQuery): Promise<Page<ImportRefusalDto>> {
    const found = await this.find(id);
    const scope = [this.context.current.tenant.id, 'refusals', found.id];
    const request = this.cursors.request(query, scope);
    const { dataImportRefusal } = this.db.client;
    const [file = '', line = 0, part = 0] = request.after ?? [];
    const of = { importId: found.id };
    const [at, row, piece] = [String(file), Number(line), Number(part)];
    const beyond = [
      { file: { gt: at } },
      { file: at, line: { gt: row } },
      { file: at, line: row, part: { gt: piece } },
    ];
    const rows = await dataImportRefusal.findMany({
      where: request.after === undefined ? of : { ...of, OR: beyond },
      orderBy: [{ file: 'asc' }, { line: 'asc' }, { part: 'asc' }],
      take: request.limit + 1,
    });
    const total = request.total ? await dataImportRefusal.count({ where: of }) : undefined;
    return this.cursors.page(
      rows,
      request,
      scope,
      (each) => [each.file, String(each.line), String(each.part)],
      ({ file: name, line: number, sourceId, code, message }) => ({
        file: name,
        line: number,
        sourceId,
        code,
        message,
      }),
      total,
    );
  }
}

function view(row: DataImport): ImportDto {
  const isUnderWay = row.status === 'CHECKING' || row.status === 'RUNNING';
  return {
    id: row.id,
    status: row.status,
    source: row.source as ImportDto['source'],
    fileName: row.fileName,
    size: Number(row.size),
    progress: { total: row.total, done: row.rows },
    error: row.error as ImportDto['error'],
    result: isUnderWay ? null : { accepted: row.counts as Record<string, number>, refused: row.refused },
    runnableUntil: runnableUntil(row)?.toISOString() ?? null,
    requestedById: row.requestedById,
    createdAt: row.createdAt.toISOString(),
    checkedAt: row.checkedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
