import { isIP } from 'node:net';
import { HostInvalid, TenantConflict, TenantRequired, TenantSlugInvalid } from './errors.js';
import { isSlug } from './slug.js';

/** The parts of a request that name a tenant. */
export interface NamingRequest {
  /** Names and values in turn, as received, so that doubled headers are visible. */
  readonly rawHeaders: readonly string[];
  readonly url: string;
  /** Whether the peer is a proxy whose X-Forwarded-Host we accept. */
  readonly trusted: boolean;
}

/**
 * The slug that a request names, by `<slug>.<base domain>` or by X-Tenant-Slug. Strict: it rejects whatever two parsers could
 * understand differently. Throws HostInvalid, TenantConflict, TenantRequired, TenantSlugInvalid.
 */
export function nameTenant(request: NamingRequest, baseDomain: string): string {
  const { hosts, slugs, forwarded } = namingHeaders(request.rawHeaders);
  if (hosts.length > 1 || slugs.length > 1) throw new TenantConflict('Send Host and X-Tenant-Slug only once.');
  let host = hostName(hosts[0] ?? '');
  if (!request.url.startsWith('/')) assertSameHost(request.url, host);
  if (request.trusted && forwarded.length > 0) {
    if (forwarded.length > 1) throw new TenantConflict('Send X-Forwarded-Host only once.');
    host = hostName(forwarded[0] ?? '');
  }
  const bySubdomain = host.endsWith(`.${baseDomain}`) ? host.slice(0, -baseDomain.length - 1) : undefined;
  const byHeader = slugs[0] === undefined || slugs[0] === '' ? undefined : slugs[0];
  const slug = bySubdomain ?? byHeader;
  if (slug === undefined) throw new TenantRequired();
  if (!isSlug(slug) || (byHeader !== undefined && !isSlug(byHeader))) throw new TenantSlugInvalid();
  if (byHeader !== undefined && byHeader !== slug) throw new TenantConflict();
  return slug;
}

function namingHeaders(raw: readonly string[]): { hosts: string[]; slugs: string[]; forwarded: string[] } {
  const hosts: string[] = [];
  const slugs: string[] = [];
  const forwarded: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    const { length } = name;
    if (length !== 4 && length !== 13 && length !== 16) continue;
    const lower = name.toLowerCase();
    if (lower === 'host') hosts.push(raw[i + 1] ?? '');
    else if (lower === 'x-tenant-slug') slugs.push(raw[i + 1] ?? '');
    else if (lower === 'x-forwarded-host') forwarded.push(raw[i + 1] ?? '');
  }
  return { hosts, slugs, forwarded };
}

/** Parses `host[:port]` (RFC 9110); returns the host in lower case, without port and trailing dot. */
function hostName(value: string): string {
  const [, name, port] = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(value) ?? [];
  if (name === undefined || (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)))
    throw new HostInvalid();
  if (name.startsWith('[')) {
    if (isIP(name.slice(1, -1)) !== 6) throw new HostInvalid();
    return name;
  }
  const host = (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase();
  if (host.length > 253 || !/^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/.test(host)) throw new HostInvalid();
  return host;
}

/** Rejects a target in absolute form (RFC 9112, 3.2.2) whose host differs from Host. */
function assertSameHost(target: string, host: string): void {
  const [, authority] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(target) ?? [];
  if (authority === undefined) throw new HostInvalid();
  if (hostName(authority) !== host)
    throw new TenantConflict("The request's target and its Host header name different hosts.");
}
