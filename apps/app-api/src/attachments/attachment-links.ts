import { Secrets } from '@helpdeskly/catalog';
import { Forbidden } from '@helpdeskly/errors';
import { isUuid } from '@helpdeskly/http';
import { TenantContext } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { AttachmentSettings } from './attachment-settings.js';
import type { AttachmentLinkDto, LinkQueryDto } from './attachments.dto.js';
import { isSigned, linkOf } from './signed-link.js';

/** Links to the current tenant's files. */
@Injectable()
export class AttachmentLinks {
  constructor(
    private readonly secrets: Secrets,
    private readonly settings: AttachmentSettings,
    private readonly context: TenantContext,
  ) {}

  to(attachmentId: string): AttachmentLinkDto {
    return linkOf(this.secrets, this.settings.publicUrl, this.context.current.tenant, attachmentId);
  }

  /** Throws Forbidden unless the link is ours, for this attachment, and has not expired. */
  assertGood(attachmentId: string, link: LinkQueryDto): void {
    const { tenant } = this.context.current;
    const isGood = isUuid(attachmentId) && isSigned(this.secrets, tenant, attachmentId.toLowerCase(), link);
    if (!isGood) throw new Forbidden('This link is invalid or has expired.');
  }
}
