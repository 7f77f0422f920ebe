import type { MailQuestions } from './mail-dns.js';

export type LookUp = MailQuestions['resolve'];

/** The record by which receivers know a key (RFC 6376). */
export interface KeyRecord {
  readonly domain: string;
  readonly selector: string;
  /** SubjectPublicKeyInfo in base64. */
  readonly publicKey: string;
}

/** What a mail is signed with. */
export interface MailSignature extends KeyRecord {
  /** PEM. */
  readonly privateKey: string;
}

export const nameOfKey = ({ selector, domain }: KeyRecord) => `${selector}._domainkey.${domain}`;

/** Whether the DNS answers the record of a key now; null when it does not answer. */
export function isPublished(lookUp: LookUp, key: KeyRecord): Promise<boolean | null> {
  return whether(async () => (await texts(lookUp, nameOfKey(key))).some((text) => keyIn(text) === key.publicKey));
}

export async function texts(lookUp: LookUp, name: string): Promise<string[]> {
  return (await lookUp(name, 'TXT')).map((row) => (Array.isArray(row) ? row.join('') : row).trim());
}

/** Spaces may stand anywhere in a key (RFC 6376, 3.6.1). */
const keyIn = (record: string) => /(?:^|;)\s*p\s*=([^;]*)/.exec(record)?.[1]?.replace(/\s/g, '');

/** Null when the DNS does not answer. */
export async function whether(look: () => Promise<boolean>): Promise<boolean | null> {
  try {
    return await look();
  } catch (error) {
    return ['ENOTFOUND', 'ENODATA'].includes(String((error as NodeJS.ErrnoException).code)) ? false : null;
  }
}
