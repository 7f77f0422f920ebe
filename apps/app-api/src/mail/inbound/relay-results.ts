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
  const result = results === undefined ? undefined : /;\s*dmarc\s*=\s*([a-z]+)/i.exec(withoutComments(results))?.[1];
  if (result === undefined) return undefined;
  if (result.toLowerCase() === 'pass') return 'PASS';
  return result.toLowerCase() === 'fail' ? 'FAIL' : 'NONE';
}

const withoutComments = (value: string) => value.replace(/\((?:[^()\\]|\\.)*\)/g, ' ');
