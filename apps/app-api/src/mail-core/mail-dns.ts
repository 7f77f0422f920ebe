import { Resolver } from 'node:dns/promises';

/** What the checks of a mail ask the DNS. Tests answer from a zone of their own. */
export abstract class MailDns {
  /** As `dns.resolve`; rejects with the codes of Node's resolver. */
  abstract resolve(name: string, type: string): Promise<string[] | string[][]>;
}

/** Of one question to one server; a mail's questions together have `answerWithinMs`. */
const questionMs = 2000;

/** The resolvers of `servers`, or those of the system. */
export function mailDns(servers: readonly string[]): MailDns {
  const resolver = new Resolver({ timeout: questionMs, tries: 2 });
  if (servers.length > 0) resolver.setServers(servers);
  return {
    resolve: async (name, type) => {
      if (type === 'TXT') return resolver.resolveTxt(name);
      if (type === 'A') return resolver.resolve4(name);
      if (type === 'AAAA') return resolver.resolve6(name);
      if (type === 'MX') return (await resolver.resolveMx(name)) as never;
      if (type === 'PTR') return resolver.reverse(name).catch(() => resolver.resolvePtr(name));
      return resolver.resolve(name, type) as Promise<string[]>;
    },
  };
}

/** Milliseconds in which everything that one mail asks is answered. */
const answerWithinMs = 5000;
/** RFC 7208, 4.6.4 allows SPF ten; the rest is for keys and policies. */
const mostQuestions = 40;

/** The DNS for one mail: asks no longer than five seconds in all, and remembers when something was not answered. */
export class MailQuestions {
  /** Whether a question was left without an answer. */
  unanswered = false;
  private asked = 0;
  private readonly deadline = Date.now() + answerWithinMs;

  /** `concerns` says which names are looked up at all. */
  constructor(
    private readonly dns: MailDns,
    private readonly concerns: (name: string) => boolean = () => true,
  ) {}

  readonly resolve = async (name: string, type: string): Promise<string[] | string[][]> => {
    if (!this.concerns(name.toLowerCase()) || ++this.asked > mostQuestions) throw notFound(name);
    try {
      return await within(this.deadline - Date.now(), this.dns.resolve(name, type));
    } catch (error) {
      if (!isAnswer(error)) this.unanswered = true;
      throw error;
    }
  };
}

/** Whether a failure is an answer: there is no such name, or it has no such record. */
function isAnswer(error: unknown): boolean {
  return ['ENOTFOUND', 'ENODATA', 'EBADNAME', 'ENONAME'].includes(String((error as NodeJS.ErrnoException).code));
}

function notFound(name: string): Error {
  return Object.assign(new Error(`not asked: ${name}`), { code: 'ENOTFOUND' });
}

async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const fail = () => reject(Object.assign(new Error('no answer in time'), { code: 'ETIMEOUT' }));
    timer = setTimeout(fail, Math.max(0, ms));
  });
  answer.catch(() => undefined); // May fail when nobody waits any more.
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
