import { timingSafeEqual } from 'node:crypto';
import type { CatalogTenant, Secrets } from '@helpdeskly/catalog';
import { tenantUrl } from '../edge/tenant-url.js';
import type { AttachmentLinkDto, LinkQueryDto } from './attachments.dto.js';

const lifetimeMs = 60_000;

/** Seconds since 1970, as text: it is part of what is signed. */
type Expiry = string;

/** A link to an attachment's bytes which is good for a minute, for whoever has it. */
export function linkOf(
  secrets: Secrets,
  publicUrl: string,
  tenant: Pick<CatalogTenant, 'id' | 'slug'>,
  attachmentId: string,
  now = Date.now(),
): AttachmentLinkDto {
  const expiresAt = Math.floor((now + lifetimeMs) / 1000);
  const expires = String(expiresAt);
  const [newest] = signaturesOf(secrets, tenant.id, attachmentId, expires);
  const url = tenantUrl(publicUrl, tenant.slug, `/api/v1/attachments/${attachmentId}/content`);
  url.search = new URLSearchParams({ expires, signature: newest?.toString('base64url') ?? '' }).toString();
  return { url: url.href, expiresAt: new Date(expiresAt * 1000).toISOString() };
}

/** Whether we gave this link out, for this attachment of this tenant, and it has not expired. */
export function isSigned(
  secrets: Secrets,
  tenant: Pick<CatalogTenant, 'id'>,
  attachmentId: string,
  { expires, signature }: LinkQueryDto,
  now = Date.now(),
): boolean {
  const given = Buffer.from(signature, 'base64url');
  const known = signaturesOf(secrets, tenant.id, attachmentId, expires).some(
    (signed) => signed.length === given.length && timingSafeEqual(signed, given),
  );
  return known && Number(expires) * 1000 > now;
}

/** Under each key of the installation, newest first: links outlive the change of a key. */
function signaturesOf(secrets: Secrets, tenantId: string, attachmentId: string, expires: Expiry): readonly Buffer[] {
  return secrets.fingerprints(['attachment link', tenantId, attachmentId, expires]);
}
