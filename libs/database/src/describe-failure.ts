import { isConnectionFailure } from './failures.js';
import { sqlState } from './sql-state.js';

const longest = 2000;
const quoting = 'Message: `';

/** PostgreSQL's own message about a failure, without URLs, passwords, and names of hosts and files. */
export function describeFailure(error: unknown): string {
  if (sqlState(error) === undefined && isConnectionFailure(error)) return 'the database server cannot be reached';
  const quoted = quotedByPrisma((error as Error | undefined)?.message ?? '');
  if (quoted !== undefined) return describeFailure(new Error(quoted));
  const seen = error as { message?: unknown; code?: unknown; detail?: unknown; errors?: unknown };
  const parts = [seen?.message, seen?.detail].filter((part) => typeof part === 'string' && part !== '');
  // When Node cannot connect to `localhost`, it throws an AggregateError for both address families, without a message.
  const inner = Array.isArray(seen?.errors) ? seen.errors.map((each) => describeFailure(each)).join('; ') : '';
  const text =
    [...parts, inner].filter((part) => part !== '').join(' ') ||
    (typeof seen?.code === 'string' ? seen.code : 'unknown failure');
  return text
    .slice(0, 2 * longest)
    .replace(/(?<![a-z0-9+.-])[a-z0-9+.-]+:\/\/\S+/gi, '[url]')
    .replace(/SCRAM-SHA-256\$\S+/g, '[verifier]')
    .replace(/\b(password)\s*[=:]\s*\S+/gi, '$1=[hidden]')
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '[address]')
    .replace(/(^|[\s"'(])\/[\w.-]+(?:\/[\w.-]+)+/g, '$1[file]')
    .slice(0, longest);
}

/** PostgreSQL's message inside a message of Prisma, whose own words quote the arguments of the call. */
function quotedByPrisma(message: string): string | undefined {
  const text = message.trim();
  if (!text.startsWith('Invalid `') || !text.includes('invocation')) return undefined;
  const at = text.indexOf(quoting);
  return at < 0 || !text.endsWith('`') ? 'the database refused a statement' : text.slice(at + quoting.length, -1);
}
