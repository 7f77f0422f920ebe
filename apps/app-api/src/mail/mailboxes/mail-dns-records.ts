import { MailQuestions, type MailDns } from '../../mail-core/mail-dns.js';
import type { MailSignature } from '../../mail-core/mail-signing.js';
import { dmarcPolicyOf } from '../inbound/dmarc-policy.js';
import type { MailDomainDto, MailRecordDto } from './mail-dns.dto.js';

type LookUp = MailQuestions['resolve'];

/** What a domain's owner publishes so that its mail arrives and is believed, and whether the DNS answers it now. */
export async function dnsRecords(
  dns: MailDns,
  host: string,
  mailDomain: string,
  signature: MailSignature | undefined,
): Promise<MailDomainDto> {
  const { resolve } = new MailQuestions(dns);
  const key = signature === undefined ? [] : [dkim(resolve, mailDomain, signature)];
  const records = await Promise.all([
    mx(resolve, host, mailDomain),
    spf(resolve, host),
    ...key,
    dmarc(resolve, host, mailDomain),
  ]);
  return { domain: host, records };
}

/** Only its owner knows on which host the listener is reached: any record will do. */
async function mx(lookUp: LookUp, host: string, mailDomain: string): Promise<MailRecordDto> {
  const seen = await whether(async () => (await lookUp(host, 'MX')).length > 0);
  return { kind: 'MX', type: 'MX', name: host, value: `10 mail.${mailDomain}`, seen };
}

/** Which hosts send is the relay's business, too: any one policy will do. */
async function spf(lookUp: LookUp, host: string): Promise<MailRecordDto> {
  const seen = await whether(
    async () => (await texts(lookUp, host)).filter((text) => /^v=spf1(?: |$)/i.test(text)).length === 1,
  );
  return { kind: 'SPF', type: 'TXT', name: host, value: 'v=spf1 mx ~all', seen };
}

async function dkim(lookUp: LookUp, domain: string, { selector, publicKey }: MailSignature): Promise<MailRecordDto> {
  const name = `${selector}._domainkey.${domain}`;
  const seen = await whether(async () => (await texts(lookUp, name)).some((text) => keyIn(text) === publicKey));
  return { kind: 'DKIM', type: 'TXT', name, value: `v=DKIM1; k=rsa; p=${publicKey}`, seen };
}

async function dmarc(lookUp: LookUp, host: string, mailDomain: string): Promise<MailRecordDto> {
  const seen = await whether(async () => (await dmarcPolicyOf(host, lookUp)) !== undefined);
  return { kind: 'DMARC', type: 'TXT', name: `_dmarc.${mailDomain}`, value: 'v=DMARC1; p=quarantine', seen };
}

async function texts(lookUp: LookUp, name: string): Promise<string[]> {
  return (await lookUp(name, 'TXT')).map((row) => (Array.isArray(row) ? row.join('') : row).trim());
}

/** Spaces may stand anywhere in a key (RFC 6376, 3.6.1). */
const keyIn = (record: string) => /(?:^|;)\s*p\s*=([^;]*)/.exec(record)?.[1]?.replace(/\s/g, '');

/** Null when the DNS does not answer. */
async function whether(look: () => Promise<boolean>): Promise<boolean | null> {
  try {
    return await look();
  } catch (error) {
    return ['ENOTFOUND', 'ENODATA'].includes(String((error as NodeJS.ErrnoException).code)) ? false : null;
  }
}
