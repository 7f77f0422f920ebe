import { timingSafeEqual } from 'node:crypto';
import { Secrets } from '@helpdeskly/catalog';
import { Forbidden } from '@helpdeskly/errors';
import { TenantContext } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
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
    const { tenant } = this.context.current;
    const expires = String(Math.floor(expiresAt.getTime() / 1000));
    const url = tenantUrl(this.settings.publicUrl, tenant.slug, `/api/v1/exports/${exportId}/content`);
    const [newest] = this.signatures(exportId, expires);
    url.search = new URLSearchParams({ expires, signature: newest?.toString('base64url') ?? '' }).toString();
    return url.href;
  }

  /** Throws Forbidden unless the link is ours, for this export, and has not expired. */
  assertGood(exportId: string, { expires, signature }: ExportLinkQuery): void {
    const given = Buffer.from(signature, 'base64url');
    const isOurs = this.signatures(exportId.toLowerCase(), expires).some(
      (signed) => signed.length === given.length && timingSafeEqual(signed, given),
    );
    if (!isOurs || Number(expires) * 1000 <= Date.now()) throw new Forbidden('This link is invalid or has expired.');
  }

  /** Under each key of the installation, newest first. */
  private signatures(exportId: string, expires: string): readonly Buffer[] {
    return this.secrets.fingerprints(['export link', this.context.current.tenant.id, exportId, expires]);
  }
}
