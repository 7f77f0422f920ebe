import { createHash } from 'node:crypto';
import { pipeline, type Readable, Transform, type TransformCallback } from 'node:stream';
import { DomainError, NotFound } from '@helpdeskly/errors';
import { receiveFile, RequestScope, type Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AttachmentStore } from '../../attachments/attachment-store.js';
import { mostAround, type Uploads } from '../../edge/receives-once.js';
import { TenantScope } from '../../edge/tenant-scope.js';
import { ArchiveInvalid } from './errors.js';
import { ImportArchive } from './import-archive.js';
import { ImportPlaces } from './import-places.js';

const largestArchive = 2 * 1024 ** 3;
const longestName = 255;

/** Raised when an archive is larger than we take. */
class ArchiveTooLarge extends DomainError {
  readonly code = 'payload_too_large';
  constructor() {
    super('An archive may have 2 GiB.');
  }
}

/** What is known of an archive when all of it has arrived. */
export interface ArrivedArchive {
  readonly id: string;
  readonly size: number;
  readonly sha256: Buffer;
  readonly source: string;
}

interface NamedArchive extends ArrivedArchive {
  readonly fileName: string;
}

/** Archives that requests bring. */
@Injectable()
export class ImportUploads implements Uploads {
  private readonly arrived = new WeakMap<FastifyRequest, ArrivedArchive>();

  constructor(
    private readonly db: TenantDatabase,
    private readonly store: AttachmentStore,
    private readonly places: ImportPlaces,
    @Inject(RequestScope) private readonly scope: TenantScope,
  ) {}

  /**
   * Stores the archive of a request, under a row that was there before, and tells about it as the request's body. Throws ArchiveInvalid,
   * ArchiveTooLarge, ImportInProgress, ServiceUnavailable, and what `receiveFile` throws; nothing is left then.
   */
  async receive(actor: Actor, request: FastifyRequest): Promise<void> {
    if (Number(request.headers['content-length'] ?? 0) > largestArchive + mostAround) throw new ArchiveTooLarge();
    let id: string | undefined;
    try {
      const arrived = await receiveFile(request, async ({ name, bytes }) => {
        const fileName = [...name.replace(/\p{C}/gu, '')].slice(-longestName).join('') || 'file';
        const isPerhapsKnown = request.headers['idempotency-key'] !== undefined;
        const made = (id = await this.places.take(actor.id, fileName, isPerhapsKnown));
        return this.places.hold(made, () => this.stored(made, fileName, bytes));
      });
      await this.scope.lookAgain(request); // A large file takes its time, like any body that arrives late.
      this.arrived.set(request, arrived);
      request.body = { name: arrived.fileName, sha256: arrived.sha256.toString('hex') };
    } catch (error) {
      if (id !== undefined) await this.giveUp(id);
      throw error;
    }
  }

  private async stored(id: string, fileName: string, bytes: Readable): Promise<NamedArchive> {
    const measured = new Measured();
    pipeline(bytes, measured, () => undefined); // Passes on how it ends: the store is told by what it reads.
    await this.store.put(id, measured);
    const facts = measured.facts();
    const archive = await ImportArchive.open(facts.size, (first, last) => this.store.get(id, { first, last }));
    return { id, fileName, ...facts, source: await archive.source() };
  }

  /** What the request brought. */
  of(request: FastifyRequest): ArrivedArchive {
    const arrived = this.arrived.get(request);
    if (arrived === undefined) throw new NotFound('import');
    return arrived;
  }

  /** Removes what the request brought unless an import was made of it. What cannot be removed now is removed a day later. */
  async settle(_actor: Actor, request: FastifyRequest): Promise<void> {
    const arrived = this.arrived.get(request);
    if (arrived !== undefined) await this.giveUp(arrived.id);
  }

  private async giveUp(id: string): Promise<void> {
    const { count } = await this.db.client.dataImport.updateMany({
      where: { id, status: 'UPLOADING' },
      data: { dueAt: new Date() },
    });
    if (count === 0) return;
    await this.store.delete(id);
    await this.db.client.dataImport.deleteMany({ where: { id, status: 'UPLOADING' } });
  }
}

/** Counts and hashes what passes, up to the largest archive. */
class Measured extends Transform {
  private readonly hash = createHash('sha256');
  private size = 0;

  facts(): { readonly size: number; readonly sha256: Buffer } {
    if (this.size === 0) throw new ArchiveInvalid('The file is empty.');
    return { size: this.size, sha256: this.hash.digest() };
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.size += chunk.length;
    if (this.size > largestArchive) return done(new ArchiveTooLarge());
    this.hash.update(chunk);
    done(null, chunk);
  }
}
