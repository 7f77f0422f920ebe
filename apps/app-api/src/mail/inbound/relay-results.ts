import type { MailHeaders } from './mail-headers.js';
import type { MailVerdict } from './mail-verdict.js';

/**
 * What the Authentication-Results of our own relay say of DMARC (RFC 8601). The topmost field of that name counts: the relay
 * removes those that came in with its name. Undefined when there is none.
 */
export function relayVerdictIn(headers: MailHeaders, authservId: string): MailVerdict | undefined {
  const results = headers.all('authentication-results').find((value) => {
    const [id = ''] = withoutComments(value).trim().split(/[\s;]/);
    return id.toLowerCase() === authservId.toLowerCase();
  });
  const said = [...withoutComments(results ?? '').matchAll(/;\s*dmarc\s*=\s*([a-z]+)/gi)].map(([, each = '']) =>
    each.toLowerCase(),
  );
  const result = said.find((each) => each !== 'pass') ?? said[0]; // One that differs outweighs a pass.
  if (result === undefined) return undefined;
  if (result === 'pass') return 'PASS';
  return result === 'fail' ? 'FAIL' : 'NONE';
}

/** Without quoted strings and comments, which nest: senders choose what stands in them. */
function withoutComments(value: string): string {
  let before = '';
  let plain = value.replace(/"(?:[^"\\]|\\.)*"/g, ' ');
  while (before !== plain) [before, plain] = [plain, plain.replace(/\([^()]*\)/g, ' ')];
  return plain;
}
