import { NotFound } from '@helpdeskly/errors';
import { isUuid, type Actor } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import type { DataExport } from '@helpdeskly/tenant-db';
import { Injectable, StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AttachmentStore } from '../../attachments/attachment-store.js';
import { AuditTrail } from '../../audit/audit-trail.js';
import { AuditType } from '../../audit/audit-types.js';
import { RangeNotSatisfiable, rangeOf } from './byte-range.js';

type Headers = FastifyRequest['headers'];

/** An export whose bytes are there. */
type Archive = DataExport & { readonly blobId: string; readonly sha256: Uint8Array };

/** The bytes of exports. */
@Injectable()
export class ExportDownloads {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly store: AttachmentStore,
    private readonly audit: AuditTrail,
  ) {}

  /** An archive that is there. Throws NotFound. */
  async find(id: string): Promise<Archive> {
    const where = { id, status: 'DONE', expiresAt: { gt: new Date() } } as const;
    const found = isUuid(id) ? await this.db.client.dataExport.findFirst({ where }) : null;
    if (found === null || found.blobId === null || found.sha256 === null) throw new NotFound('export');
    return { ...found, blobId: found.blobId, sha256: found.sha256 };
  }

  /** All of an archive, or the part that `range` asks for, which is how a download goes on. Throws RangeNotSatisfiable. */
  async content(actor: Actor, found: Archive, headers: Headers, reply: FastifyReply): Promise<StreamableFile> {
    const size = Number(found.size);
    const etag = `"${Buffer.from(found.sha256).toString('base64url')}"`;
    reply.header('accept-ranges', 'bytes').header('etag', etag);
    const asked = headers['if-range'] === undefined || headers['if-range'] === etag ? headers.range : undefined;
    const range = this.rangeOf(asked, size, reply);
    // Whatever the range is: all but the first byte is all of the data.
    await this.audit.record(this.db.client, {
      type: AuditType.DATA_EXPORT_DOWNLOADED,
      actorId: actor.id,
      details: { exportId: found.id },
    });
    if (range !== undefined) reply.status(206).header('content-range', `bytes ${range.first}-${range.last}/${size}`);
    const { slug } = this.context.current.tenant;
    return new StreamableFile(await this.store.get(found.blobId, range), {
      type: 'application/zip',
      disposition: `attachment; filename="${slug}-${(found.snapshotAt ?? found.createdAt).toISOString().slice(0, 10)}.zip"`,
      length: range === undefined ? size : range.last - range.first + 1,
    });
  }

  private rangeOf(asked: string | undefined, size: number, reply: FastifyReply) {
    try {
      return rangeOf(asked, size);
    } catch (error) {
      if (error instanceof RangeNotSatisfiable) reply.header('content-range', `bytes */${size}`);
      throw error;
    }
  }
}
