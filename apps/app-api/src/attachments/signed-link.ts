import type { CatalogTenant, Secrets } from '@helpdeskly/catalog';
import { isSignedFor, signUrl } from '../edge/signed-url.js';
import { tenantUrl } from '../edge/tenant-url.js';
import type { AttachmentLinkDto, LinkQueryDto } from './attachments.dto.js';

const lifetimeMs = 60_000;

/** A link to an attachment's bytes which is good for a minute, for whoever has it. */
export function linkOf(
  secrets: Secrets,
  publicUrl: string,
  tenant: Pick<CatalogTenant, 'id' | 'slug'>,
  attachmentId: string,
  now = Date.now(),
): AttachmentLinkDto {
  const expiresAt = Math.floor((now + lifetimeMs) / 1000);
  const url = tenantUrl(publicUrl, tenant.slug, `/api/v1/attachments/${attachmentId}/content`);
  return {
    url: signUrl(url, secrets, partsOf(tenant, attachmentId), expiresAt),
    expiresAt: new Date(expiresAt * 1000).toISOString(),
  };
}

/** Whether we gave this link out, for this attachment of this tenant, and it has not expired. */
export function isSigned(
  secrets: Secrets,
  tenant: Pick<CatalogTenant, 'id'>,
  attachmentId: string,
  link: LinkQueryDto,
  now = Date.now(),
): boolean {
  return isSignedFor(secrets, partsOf(tenant, attachmentId), link, now);
}

const partsOf = ({ id }: Pick<CatalogTenant, 'id'>, attachmentId: string) => ['attachment link', id, attachmentId];
