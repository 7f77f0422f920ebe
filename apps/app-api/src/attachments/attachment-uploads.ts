import { NotFound } from '@helpdeskly/errors';
import { receiveFile, RequestScope, type Actor } from '@helpdeskly/http';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { mostAround, type Uploads } from '../edge/receives-once.js';
import { TenantScope } from '../edge/tenant-scope.js';
import { AttachmentIntake } from './attachment-intake.js';
import { AttachmentPlaces, type TakenFile } from './attachment-places.js';
import type { Attachment } from './attachment-view.js';
import { plainFileName } from './file-name.js';

/** Files that requests bring. */
@Injectable()
export class AttachmentUploads implements Uploads {
  private readonly taken = new WeakMap<FastifyRequest, TakenFile & { isCompleted?: true }>();

  constructor(
    private readonly places: AttachmentPlaces,
    private readonly intake: AttachmentIntake,
    @Inject(RequestScope) private readonly scope: TenantScope,
  ) {}

  /**
   * Takes the file of a request into the store, and tells about it as the request's body, which is how a second one is known
   * for the same. Throws AttachmentTooLarge, AttachmentInfected, StorageLimit, TooManyUnbound, ServiceUnavailable, and what `receiveFile`
   * throws; nothing is left of the file then.
   */
  async receive(actor: Actor, request: FastifyRequest): Promise<void> {
    const least = Number(request.headers['content-length'] ?? 0) - mostAround;
    const room = await this.places.roomFor(actor.id, least);
    let id: string | undefined;
    try {
      const facts = await receiveFile(request, async (file) => {
        const name = plainFileName(file.name);
        id = await this.places.reserve(actor.id, name);
        return { name, ...(await this.intake.keep(id, file, room)) };
      });
      // A large file takes its time, like any body that arrives late.
      const { storageBytes: limit } = await this.scope.lookAgain(request);
      this.taken.set(request, { id: id ?? '', facts, limit });
      request.body = { name: facts.name, sha256: facts.sha256.toString('hex') };
    } catch (error) {
      if (id !== undefined) await this.places.giveUp(id, actor.id);
      throw error;
    }
  }

  /** Makes an attachment of the file that the request brought. Throws NotFound, StorageLimit. */
  async complete(request: FastifyRequest): Promise<Attachment> {
    const file = this.taken.get(request);
    if (file === undefined) throw new NotFound('attachment');
    const attachment = await this.places.complete(file);
    file.isCompleted = true;
    return attachment;
  }

  /** Ends what `receive` began: a file of which no attachment was made is of no use, nor is that of a request that failed. */
  async settle(actor: Actor, request: FastifyRequest, outcome: 'answered' | 'failed'): Promise<void> {
    const file = this.taken.get(request);
    if (file !== undefined && (outcome === 'failed' || file.isCompleted !== true))
      await this.places.giveUp(file.id, actor.id);
  }
}
