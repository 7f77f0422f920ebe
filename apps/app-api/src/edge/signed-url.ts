import { timingSafeEqual } from 'node:crypto';
import type { Secrets } from '@helpdeskly/catalog';

/** What a signed URL carries: seconds since 1970 as text, which are part of what is signed, and the signature in base64url. */
export interface SignedQuery {
  readonly expires: string;
  readonly signature: string;
}

/** Makes a URL good until `expiresAt`, a number of seconds since 1970, for what `parts` name. */
export function signUrl(url: URL, secrets: Secrets, parts: readonly string[], expiresAt: number): string {
  const expires = String(expiresAt);
  const [newest] = secrets.fingerprints([...parts, expires]);
  url.search = new URLSearchParams({ expires, signature: newest?.toString('base64url') ?? '' }).toString();
  return url.href;
}

/** Whether we signed this for what `parts` name, by a key that is still ours, and it has not expired. */
export function isSignedFor(
  secrets: Secrets,
  parts: readonly string[],
  { expires, signature }: SignedQuery,
  now = Date.now(),
): boolean {
  const given = Buffer.from(signature, 'base64url');
  const known = secrets
    .fingerprints([...parts, expires])
    .some((signed) => signed.length === given.length && timingSafeEqual(signed, given));
  return known && Number(expires) * 1000 > now;
}
