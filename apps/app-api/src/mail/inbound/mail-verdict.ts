import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { spf } from 'mailauth/lib/spf/index.js';
import { dmarcPolicyOf, isAligned, plainDomain } from './dmarc-policy.js';
import { MailQuestions, type MailDns } from '../../mail-core/mail-dns.js';
import type { ParsedMail } from './parsed-mail.js';

/** DMARC's answer to whether `From` wrote a mail. NONE: nobody can say. */
export type MailVerdict = 'PASS' | 'FAIL' | 'NONE';

/** Who handed a mail in. */
export interface MailSource {
  readonly envelopeFrom: string;
  /** Undefined by HTTP, where nobody knows. */
  readonly clientAddress: string | undefined;
  readonly clientName: string | undefined;
  /** What a relay that we trust says in Authentication-Results, if one handed it in. */
  readonly relayVerdict: MailVerdict | undefined;
}

/**
 * RFC 7489: PASS when SPF or DKIM passes for a domain that is aligned with the one of From; FAIL when neither does though the domain
 * has a policy; else NONE. Only names of From's own domain are asked for, so that nobody else's slow DNS makes a FAIL a NONE.
 */
export async function verdictOf(raw: Buffer, mail: ParsedMail, source: MailSource, dns: MailDns): Promise<MailVerdict> {
  if (mail.from === undefined || !mail.fromIsPlain) return 'FAIL';
  if (source.relayVerdict !== undefined) return source.relayVerdict;
  const domain = mail.from.address.slice(mail.from.address.lastIndexOf('@') + 1);
  const policyQuestions = new MailQuestions(dns);
  const policy = await dmarcPolicyOf(domain, policyQuestions.resolve).catch(() => undefined);
  const checks = [
    signedBy(raw, domain, policy?.strictDkim ?? false, dns),
    sentBy(source, domain, policy?.strictSpf ?? false, dns),
  ];
  const found = await Promise.all(checks);
  if (found.includes('aligned')) return 'PASS';
  if (policy === undefined || policyQuestions.unanswered || found.includes('unanswered')) return 'NONE';
  return 'FAIL';
}

const clocksDifferMs = 300_000;

type Finding = 'aligned' | 'not' | 'unanswered';

/** What mailauth tells of a signature; its own types leave some of it out. */
interface Signature {
  readonly signingDomain: string;
  readonly status: { readonly result: string; readonly underSized?: number };
  readonly signingHeaders: { readonly keys: string };
  /** When it was made, in ISO 8601; its expiry has been looked at. */
  readonly signTime: string | null;
}

/** A signature counts when its domain is aligned, it covers From, is in its time, and covers the whole body. */
async function signedBy(raw: Buffer, domain: string, strict: boolean, dns: MailDns): Promise<Finding> {
  const aligned = (name: string) => isAligned(name, domain, strict);
  const questions = new MailQuestions(dns, (name) =>
    aligned(name.slice(name.indexOf('._domainkey.') + '._domainkey.'.length)),
  );
  if (signaturesIn(raw) > mostSignatures) return 'not';
  const { results } = await dkimVerify(raw, { resolver: questions.resolve });
  const counts = ({ signingDomain, status, signingHeaders, signTime }: Signature): boolean =>
    status.result === 'pass' &&
    aligned(signingDomain) &&
    (status.underSized ?? 0) === 0 &&
    isMade(signTime) &&
    /(?:^|[\s:])from(?:$|[\s:])/i.test(signingHeaders.keys);
  return (results as unknown as readonly Signature[]).some(counts)
    ? 'aligned'
    : questions.unanswered
      ? 'unanswered'
      : 'not';
}

/** More than anybody makes; each may cost a pass over the whole body. */
const mostSignatures = 20;

function signaturesIn(raw: Buffer): number {
  const ends = [raw.indexOf('\r\n\r\n'), raw.indexOf('\n\n')].filter((at) => at >= 0);
  const head = raw.toString('latin1', 0, Math.min(raw.length, ...ends));
  return head.match(/dkim-signature/gi)?.length ?? 0;
}

/** Clocks differ, and mailauth itself rounds the time of a signature up to the next second. */
function isMade(signTime: string | null): boolean {
  return signTime === null || Date.parse(signTime) <= Date.now() + clocksDifferMs;
}

async function sentBy(source: MailSource, domain: string, strict: boolean, dns: MailDns): Promise<Finding> {
  const { clientAddress, clientName = '', envelopeFrom } = source;
  if (clientAddress === undefined) return 'not';
  const sender = envelopeFrom.includes('@') ? envelopeFrom : `postmaster@${clientName}`;
  const senderDomain = plainDomain(sender.slice(sender.lastIndexOf('@') + 1));
  if (senderDomain === '' || !isAligned(senderDomain, domain, strict)) return 'not';
  const questions = new MailQuestions(dns);
  const answer = await spf({
    sender,
    ip: clientAddress,
    helo: clientName || clientAddress,
    mta: 'helpdeskly',
    resolver: questions.resolve,
  });
  if (answer.status.result === 'pass') return 'aligned';
  return questions.unanswered ? 'unanswered' : 'not';
}
