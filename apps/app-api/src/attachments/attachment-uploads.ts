import { pipeline } from 'node:stream';
import { receiveFile, RequestScope, type Actor, type IncomingFile } from '@helpdeskly/http';
import { NotFound } from '@helpdeskly/errors';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { TenantScope } from '../edge/tenant-scope.js';
import { AttachmentRemoval } from './attachment-removal.js';
import { AttachmentSettings } from './attachment-settings.js';
import { AttachmentStore } from './attachment-store.js';
import type { Attachment } from './attachment-view.js';
import { mostUnbound, StorageLimit, TooManyUnbound } from './errors.js';
import { complete, countUnbound, giveUpUnbound, reserve, type FileFacts } from './attachments.queries.js';
import { plainFileName } from './file-name.js';
import { Inspection } from './inspection.js';
import { StorageUsage } from './storage-usage.js';
import { SweepIndex } from './sweep-index.js';

interface Received {
  readonly id: string;
  /** How many bytes the helpdesk may store. */
  readonly limit: number;
  readonly facts: FileFacts;
  completed?: true;
}

/** What a form of one file adds to it at most: two boundaries and the part's headers. In bytes. */
const mostAround = 20_000;

/** Takes files in: from the socket through the inspection into the store, a piece at a time. */
@Injectable()
export class AttachmentUploads {
  private readonly received = new WeakMap<FastifyRequest, Received>();

  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly store: AttachmentStore,
    private readonly settings: AttachmentSettings,
    private readonly index: SweepIndex,
    private readonly removal: AttachmentRemoval,
    private readonly storage: StorageUsage,
    @Inject(RequestScope) private readonly scope: TenantScope,
  ) {}

  /**
   * Takes the file of a request into the store, and tells about it as the request's body, which is how a second one is known
   * for the same. Throws AttachmentTooLarge, AttachmentInfected, StorageLimit, TooManyUnbound, ServiceUnavailable, and what `receiveFile`
   * throws; nothing is left of the file then.
   */
  async receive(actor: Actor, request: FastifyRequest): Promise<void> {
    if ((await countUnbound(this.db.client, actor.id)) >= mostUnbound) throw new TooManyUnbound();
    const room = await this.roomFor(request);
    await this.index.note(this.context.current.tenant.id); // Before there is anything that it would have to lead to.
    let id: string | undefined;
    try {
      const facts = await receiveFile(request, async (file) => {
        const name = plainFileName(file.name);
        id = await reserve(this.db.client, actor.id, name);
        return { name, ...(await this.keep(id, file, room)) };
      });
      // A large file takes its time, like any body that arrives late.
      const { storageBytes: limit } = await this.scope.lookAgain(request, this.context.current.tenant);
      this.received.set(request, { id: id ?? '', facts, limit });
      request.body = { name: facts.name, sha256: facts.sha256.toString('hex') };
    } catch (error) {
      if (id !== undefined) await this.discard(id, actor);
      throw error;
    }
  }

  /**
   * Makes an attachment of the file that the request brought, which counts from here on. Throws NotFound when it is gone already,
   * StorageLimit when others have taken its room meanwhile.
   */
  async complete(request: FastifyRequest): Promise<Attachment> {
    const upload = this.received.get(request);
    if (upload === undefined) throw new NotFound('attachment');
    const attachment = await this.db.transaction(async (tx) => {
      const made = await complete(tx, upload.id, upload.facts);
      if (made === undefined) throw new NotFound('attachment');
      if ((await this.storage.bytes(tx)) > upload.limit) throw new StorageLimit(upload.limit);
      await this.db.afterCommit(() => this.storage.tell());
      return made;
    });
    upload.completed = true;
    return attachment;
  }

  /** What may still be stored; throws StorageLimit when the request says that its file is larger. */
  private async roomFor({ headers }: FastifyRequest): Promise<{ room: number; limit: number }> {
    const { storageBytes: limit } = this.context.current.tenant;
    const room = limit - (await this.storage.bytes());
    const least = Number(headers['content-length'] ?? 0) - mostAround;
    if (room <= 0 || least > room) throw new StorageLimit(limit);
    return { room, limit };
  }

  /** Ends what `receive` began: a file of which no attachment was made is of no use, nor is that of a request that failed. */
  async settle(actor: Actor, request: FastifyRequest, outcome: 'answered' | 'failed'): Promise<void> {
    const upload = this.received.get(request);
    if (upload !== undefined && (outcome === 'failed' || upload.completed !== true))
      await this.discard(upload.id, actor);
  }

  private async discard(id: string, actor: Actor): Promise<void> {
    // Where even this cannot be written, the sweep finds a file that no comment has named for a day.
    const given = await giveUpUnbound(this.db.client, id, actor.id).catch(() => false);
    if (given) await this.removal.finish([id]);
  }

  private async keep(
    id: string,
    { bytes }: IncomingFile,
    storage: { room: number; limit: number },
  ): Promise<FileFacts> {
    const inspection = new Inspection(this.settings.scanner?.begin(), storage);
    pipeline(bytes, inspection, () => undefined); // Passes on how it ends: the store is told by what it reads.
    await this.store.put(id, inspection);
    return inspection.facts();
  }
}
