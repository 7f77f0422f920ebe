import { Forbidden, NotFound } from '@helpdeskly/errors';
import { isUuid, type Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable, StreamableFile } from '@nestjs/common';
import { AttachmentLinks } from './attachment-links.js';
import { AttachmentRemoval } from './attachment-removal.js';
import { AttachmentStore } from './attachment-store.js';
import type { Attachment } from './attachment-view.js';
import type { AttachmentLinkDto, LinkQueryDto } from './attachments.dto.js';
import { findStored, findVisible } from './attachments.queries.js';
import { dispositionOf } from './file-name.js';

/** Files that were taken in. */
@Injectable()
export class Attachments {
  constructor(
    private readonly db: TenantDatabase,
    private readonly store: AttachmentStore,
    private readonly removal: AttachmentRemoval,
    private readonly links: AttachmentLinks,
  ) {}

  /** Throws NotFound. */
  async find(actor: Actor, id: string): Promise<Attachment> {
    const found = isUuid(id) ? await findVisible(this.db.client, id, actor) : undefined;
    if (found === undefined) throw new NotFound('attachment');
    return found;
  }

  /** One's own, while no comment names it. Throws NotFound or Forbidden. */
  async remove(actor: Actor, id: string): Promise<void> {
    const found = await this.find(actor, id);
    if (found.commentId !== null) throw new Forbidden('A file that belongs to a comment cannot be deleted.');
    if (!(await this.removal.removeUnbound(found.id, actor.id))) throw new NotFound('attachment');
  }

  /** Throws NotFound. */
  async link(actor: Actor, id: string): Promise<AttachmentLinkDto> {
    const attachment = await this.find(actor, id);
    return this.links.to(attachment.id);
  }

  /** The bytes, for whoever has a link that has not expired. Throws Forbidden, NotFound. */
  async content(id: string, link: LinkQueryDto): Promise<StreamableFile> {
    this.links.assertGood(id, link);
    const found = await findStored(this.db.client, id);
    if (found === undefined) throw new NotFound('attachment');
    return new StreamableFile(await this.store.get(found.id), {
      type: found.servedAs,
      disposition: dispositionOf(found.fileName),
      length: found.size,
    });
  }
}
