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
import { mostUnbound, TooManyUnbound } from './attachments.errors.js';
import { complete, countUnbound, giveUpUnbound, reserve, type FileFacts } from './attachments.queries.js';
import { plainFileName } from './file-name.js';
import { Inspection } from './inspection.js';
import { SweepDiary } from './sweep-diary.js';

interface Received {
  readonly id: string;
  readonly facts: FileFacts;
  completed?: true;
}

/** Takes files in: from the socket through the inspection into the store, a piece at a time. */
@Injectable()
export class AttachmentUploads {
  private readonly received = new WeakMap<FastifyRequest, Received>();

  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly store: AttachmentStore,
    private readonly settings: AttachmentSettings,
    private readonly diary: SweepDiary,
    private readonly removal: AttachmentRemoval,
    @Inject(RequestScope) private readonly scope: TenantScope,
  ) {}

  /**
   * Takes the file of a request into the store, and tells about it as the request's body, which is how a second one is known
   * for the same. Throws AttachmentTooLarge, AttachmentInfected, TooManyUnbound, ServiceUnavailable, and what `receiveFile`
   * throws; nothing is left of the file then.
   */
  async receive(actor: Actor, request: FastifyRequest): Promise<void> {
    if ((await countUnbound(this.db.client, actor.id)) >= mostUnbound) throw new TooManyUnbound();
    await this.diary.note(this.context.current.tenant.id); // Before there is anything that it would have to lead to.
    let id: string | undefined;
    try {
      const facts = await receiveFile(request, async (file) => {
        const name = plainFileName(file.name);
        id = await reserve(this.db.client, actor.id, name);
        return { name, ...(await this.keep(id, file)) };
      });
      await this.scope.lookAgain(request, this.context.current.tenant); // A large file takes its time, like any body that arrives late.
      this.received.set(request, { id: id ?? '', facts });
      request.body = { name: facts.name, sha256: facts.sha256.toString('hex') };
    } catch (error) {
      if (id !== undefined) await this.discard(id, actor);
      throw error;
    }
  }

  /** Makes an attachment of the file that the request brought. Throws NotFound when it is gone already. */
  async complete(request: FastifyRequest): Promise<Attachment> {
    const upload = this.received.get(request);
    const attachment = upload === undefined ? undefined : await complete(this.db.client, upload.id, upload.facts);
    if (upload === undefined || attachment === undefined) throw new NotFound('attachment');
    upload.completed = true;
    return attachment;
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

  private async keep(id: string, { bytes }: IncomingFile): Promise<FileFacts> {
    const inspection = new Inspection(this.settings.scanner?.begin());
    pipeline(bytes, inspection, () => undefined); // Passes on how it ends: the store is told by what it reads.
    await this.store.put(id, inspection);
    return inspection.facts();
  }
}
