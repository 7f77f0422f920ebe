import { domainToASCII } from 'node:url';
import { getDomain } from 'tldts';

const suffixes = { allowPrivateDomains: true } as const;

/** What a domain's owner asks for (RFC 7489, 6.3). */
export interface DmarcPolicy {
  readonly strictDkim: boolean;
  readonly strictSpf: boolean;
}

/** In the form that is compared: lower case, ASCII. */
export function plainDomain(domain: string): string {
  return domainToASCII(domain.trim().replace(/\.$/, '')) || domain.trim().toLowerCase();
}

export function organizationalDomain(domain: string): string {
  return getDomain(plainDomain(domain), suffixes) ?? plainDomain(domain);
}

export function isAligned(domain: string, fromDomain: string, strict: boolean): boolean {
  if (plainDomain(domain) === plainDomain(fromDomain)) return true;
  return !strict && organizationalDomain(domain) === organizationalDomain(fromDomain);
}

/** The policy for a domain: its own, else that of its organization. Undefined when there is none. Throws what `lookUp` throws. */
export async function dmarcPolicyOf(
  domain: string,
  lookUp: (name: string, type: string) => Promise<string[] | string[][]>,
): Promise<DmarcPolicy | undefined> {
  const names = new Set([plainDomain(domain), organizationalDomain(domain)]);
  for (const name of names) {
    const record = await recordOf(`_dmarc.${name}`, lookUp);
    if (record !== undefined) return { strictDkim: isStrict(record, 'adkim'), strictSpf: isStrict(record, 'aspf') };
  }
  return undefined;
}

/** Several records are none (RFC 7489, 6.6.3). */
async function recordOf(
  name: string,
  lookUp: (name: string, type: string) => Promise<string[] | string[][]>,
): Promise<string | undefined> {
  try {
    const rows = (await lookUp(name, 'TXT')).map((row) => (Array.isArray(row) ? row.join('') : row).trim());
    const [record, ...others] = rows.filter((row) => /^v\s*=\s*DMARC1\s*(?:;|$)/.test(row));
    return others.length > 0 ? undefined : record;
  } catch (error) {
    if (['ENOTFOUND', 'ENODATA'].includes(String((error as NodeJS.ErrnoException).code))) return undefined;
    throw error;
  }
}

function isStrict(record: string, name: 'adkim' | 'aspf'): boolean {
  const tags = record.split(';').map((each) => each.split('=').map((part) => part.trim().toLowerCase()));
  return tags.some(([tag, value]) => tag === name && value === 's');
}
