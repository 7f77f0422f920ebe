import { Secrets } from '@helpdeskly/catalog';
import { Forbidden } from '@helpdeskly/errors';
import { TenantContext } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { isSignedFor, signUrl } from '../../edge/signed-url.js';
import { tenantUrl } from '../../edge/tenant-url.js';
import { TransferSettings } from '../transfer-settings.js';
import type { ExportLinkQuery } from './exports.dto.js';

/** Links to the current tenant's archives. They are signed, and need an admin's token besides. */
@Injectable()
export class ExportLinks {
  constructor(
    private readonly secrets: Secrets,
    private readonly settings: TransferSettings,
    private readonly context: TenantContext,
  ) {}

  to(exportId: string, expiresAt: Date): string {
    const { slug } = this.context.current.tenant;
    const url = tenantUrl(this.settings.publicUrl, slug, `/api/v1/exports/${exportId}/content`);
    return signUrl(url, this.secrets, this.partsOf(exportId), Math.floor(expiresAt.getTime() / 1000));
  }

  /** Throws Forbidden unless the link is ours, for this export, and has not expired. */
  assertGood(exportId: string, link: ExportLinkQuery): void {
    if (!isSignedFor(this.secrets, this.partsOf(exportId.toLowerCase()), link))
      throw new Forbidden('This link is invalid or has expired.');
  }

  private partsOf(exportId: string): readonly string[] {
    return ['export link', this.context.current.tenant.id, exportId];
  }
}
