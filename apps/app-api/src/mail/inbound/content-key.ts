import { createHash } from 'node:crypto';
import { organizationalDomain } from './dmarc-policy.js';
import { MailHeaders } from './mail-headers.js';

/** A message's header and body, parted at the first empty line. */
export function partsOf(raw: Buffer): { readonly head: MailHeaders; readonly body: Buffer } {
  const ends = [raw.indexOf('\r\n\r\n'), raw.indexOf('\n\n')].filter((at) => at >= 0);
  const end = ends.length === 0 ? raw.length : Math.min(...ends);
  return { head: new MailHeaders(raw.subarray(0, end)), body: raw.subarray(end) };
}

/**
 * By which a second delivery is known: the Message-ID and the content, without what is added on the way. The signatures of From's own
 * domain belong to it, so that a copy that somebody forges does not keep the mail itself out.
 */
export function contentKeyOf(raw: Buffer): Buffer {
  const { head, body } = partsOf(raw);
  const [from] = head.addresses('from');
  const domain = organizationalDomain(from?.address.split('@').pop() ?? '');
  const signatures = head.all('dkim-signature').filter((value) => {
    const signer = /(?:^|;)\s*d\s*=\s*([^\s;]+)/i.exec(value)?.[1];
    return signer !== undefined && organizationalDomain(signer) === domain;
  });
  const hash = createHash('sha256');
  for (const name of ['message-id', 'from', 'subject', 'date']) hash.update(`${name}:${head.all(name).join('\n')}\n`);
  hash.update(`${signatures.map((value) => value.replace(/\s+/g, '')).join('\n')}\n`);
  return hash.update(body.toString('latin1').trim()).digest();
}
