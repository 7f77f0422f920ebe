import { Secrets } from '@helpdeskly/catalog';
import { Forbidden, NotFound } from '@helpdeskly/errors';
import { isUuid, type Actor } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable, StreamableFile } from '@nestjs/common';
import { AttachmentRemoval } from './attachment-removal.js';
import { AttachmentSettings } from './attachment-settings.js';
import { AttachmentStore } from './attachment-store.js';
import type { Attachment } from './attachment-view.js';
import type { AttachmentLinkDto, LinkQueryDto } from './attachments.dto.js';
import { findStored, findVisible, giveUpUnbound } from './attachments.queries.js';
import { dispositionOf } from './file-name.js';
import { isSigned, linkOf } from './signed-link.js';

/** Files that were taken in. */
@Injectable()
export class Attachments {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly store: AttachmentStore,
    private readonly removal: AttachmentRemoval,
    private readonly secrets: Secrets,
    private readonly settings: AttachmentSettings,
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
    if (!(await giveUpUnbound(this.db.client, found.id, actor.id))) throw new NotFound('attachment');
    await this.removal.finish([found.id]);
  }

  /** Throws NotFound. */
  async link(actor: Actor, id: string): Promise<AttachmentLinkDto> {
    const attachment = await this.find(actor, id);
    return linkOf(this.secrets, this.settings.publicUrl, this.context.current.tenant, attachment.id);
  }

  /** The bytes, for whoever has a link that has not expired. Throws Forbidden, NotFound. */
  async content(id: string, query: LinkQueryDto): Promise<StreamableFile> {
    const signed = isUuid(id) && isSigned(this.secrets, this.context.current.tenant, id.toLowerCase(), query);
    if (!signed) throw new Forbidden('This link is invalid or has expired.');
    const found = await findStored(this.db.client, id);
    if (found === undefined) throw new NotFound('attachment');
    return new StreamableFile(await this.store.get(found.id), {
      type: found.servedAs,
      disposition: dispositionOf(found.fileName),
      length: found.size,
    });
  }
}
