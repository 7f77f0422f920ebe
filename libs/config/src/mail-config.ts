import { isIP } from 'node:net';
import type { Reader } from './reader.js';

/** How mail comes and leaves. */
export interface MailConfig {
  /** Mail of a tenant is at `<slug>.<domain>`. */
  readonly domain: string;
  /** Undefined: no mail is received by SMTP. */
  readonly smtpPort: number | undefined;
  /** Files in PEM; undefined: no STARTTLS. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  /** The relay to which mail is given; undefined: there is none. */
  readonly relayUrl: string | undefined;
  /** A folder that keeps the last mails in place of a relay, to be looked at. */
  readonly outboxDir: string | undefined;
  /** Addresses and CIDR ranges whose XCLIENT and `Authentication-Results` count. */
  readonly trustedRelays: readonly string[];
  /** The name by which those relays sign their `Authentication-Results`; undefined: none counts. */
  readonly authservId: string | undefined;
  /** Resolvers, as `address` or `address:port`; none: the system's. */
  readonly dnsServers: readonly string[];
  /** Mails a minute that leave for one tenant. */
  readonly perTenantMinute: number;
  /** Milliseconds in which a survey checks every tenant once, for mails that the queue has lost. */
  readonly surveyMs: number;
}

const hourMs = 3_600_000;

export function readMailConfig(read: Reader, baseDomain: string): MailConfig {
  const surveyMs = read.duration('MAIL_SURVEY', hourMs);
  if (surveyMs < 1000) read.wrong('MAIL_SURVEY', 'must be 1s or more', undefined);
  const relayUrl = read.optionalUrl('MAIL_RELAY_URL', ['smtp:', 'smtps:']);
  return Object.freeze({
    domain: read.hostName('MAIL_DOMAIN', baseDomain),
    smtpPort: read.optional('MAIL_SMTP_PORT') === undefined ? undefined : read.integer('MAIL_SMTP_PORT', 0, 0, 65_535),
    tls: readTls(read),
    relayUrl,
    outboxDir: relayUrl === undefined ? read.optional('MAIL_OUTBOX_DIR') : undefined,
    trustedRelays: read.networks('MAIL_TRUSTED_RELAYS'),
    authservId: readAuthservId(read),
    dnsServers: readDnsServers(read),
    perTenantMinute: read.integer('MAIL_RATE_PER_MINUTE', 600, 1, 1_000_000),
    surveyMs,
  });
}

function readTls(read: Reader): MailConfig['tls'] {
  const certFile = read.optional('MAIL_SMTP_TLS_CERT');
  const keyFile = read.optional('MAIL_SMTP_TLS_KEY');
  if (certFile !== undefined && keyFile !== undefined) return Object.freeze({ certFile, keyFile });
  if (certFile !== undefined)
    read.wrong('MAIL_SMTP_TLS_KEY', 'is required together with MAIL_SMTP_TLS_CERT', undefined);
  if (keyFile !== undefined) read.wrong('MAIL_SMTP_TLS_CERT', 'is required together with MAIL_SMTP_TLS_KEY', undefined);
  return undefined;
}

/** A host name, or another token without spaces (RFC 8601). */
function readAuthservId(read: Reader): string | undefined {
  const value = read.optional('MAIL_AUTHSERV_ID')?.toLowerCase();
  if (value === undefined || /^[a-z0-9][a-z0-9._-]{0,252}$/.test(value)) return value;
  return read.wrong(
    'MAIL_AUTHSERV_ID',
    `must be a name such as mx.example.com, not ${JSON.stringify(value)}`,
    undefined,
  );
}

function readDnsServers(read: Reader): readonly string[] {
  const items = read.list('MAIL_DNS_SERVERS');
  for (const item of items)
    if (!isResolver(item))
      read.wrong(
        'MAIL_DNS_SERVERS',
        `holds ${JSON.stringify(item)}, which is no address with or without a port`,
        undefined,
      );
  return Object.freeze(items);
}

function isResolver(item: string): boolean {
  if (isIP(item) !== 0) return true;
  const [, v6, v4, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(item) ?? [];
  return (isIP(v6 ?? '') === 6 || isIP(v4 ?? '') === 4) && Number(port) >= 1 && Number(port) <= 65_535;
}
