import type { MailAddresses } from '../../mail-core/mail-addresses.js';
import { MailQuestions, type MailDns } from '../../mail-core/mail-dns.js';
import { isPublished, nameOfKey, texts, whether, type KeyRecord, type LookUp } from '../../mail-core/mail-records.js';
import { dmarcPolicyOf } from '../inbound/dmarc-policy.js';
import type { MailDomainDto, MailRecordDto } from './mail-dns.dto.js';

/** What a domain's owner publishes so that its mail arrives and is believed, and whether the DNS answers it now. */
export async function dnsRecords(
  dns: MailDns,
  { host, mailDomain }: Pick<MailAddresses, 'host' | 'mailDomain'>,
  signature: KeyRecord | undefined,
): Promise<MailDomainDto> {
  const { resolve } = new MailQuestions(dns);
  const key = signature === undefined ? [] : [dkim(resolve, signature)];
  const records = await Promise.all([
    mx(resolve, host, mailDomain),
    spf(resolve, host),
    ...key,
    dmarc(resolve, host, mailDomain),
  ]);
  return { domain: host, records };
}

/** What the owner of a domain publishes so that mails from here may be from it. Its other mail is its owner's business. */
export async function ownDomainRecords(
  dns: MailDns,
  key: KeyRecord & { readonly seen: boolean | null },
): Promise<MailDomainDto> {
  const { resolve } = new MailQuestions(dns);
  const policy = await dmarc(resolve, key.domain, key.domain);
  return { domain: key.domain, records: [keyRecord(key, key.seen), policy] };
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

async function dkim(lookUp: LookUp, key: KeyRecord): Promise<MailRecordDto> {
  return keyRecord(key, await isPublished(lookUp, key));
}

function keyRecord(key: KeyRecord, seen: boolean | null): MailRecordDto {
  return { kind: 'DKIM', type: 'TXT', name: nameOfKey(key), value: `v=DKIM1; k=rsa; p=${key.publicKey}`, seen };
}

async function dmarc(lookUp: LookUp, host: string, mailDomain: string): Promise<MailRecordDto> {
  const seen = await whether(async () => (await dmarcPolicyOf(host, lookUp)) !== undefined);
  return { kind: 'DMARC', type: 'TXT', name: `_dmarc.${mailDomain}`, value: 'v=DMARC1; p=quarantine', seen };
}
