import { fileURLToPath } from 'node:url';
import { PageFiles, ServedPages } from '@helpdeskly/http';
import { TenantResolver } from '@helpdeskly/tenancy';

/** Where the build puts the console; the same place from `src` and from `dist`. */
const built = fileURLToPath(new URL('../../../console/dist/', import.meta.url));

/**
 * The console on a tenant's host; every other host asks for the helpdesk's name. Undefined while it is not built. `origin`: the
 * address before whose host a helpdesk's slug goes.
 */
export function consolePages(origin: string, resolver: TenantResolver): ServedPages | undefined {
  const files = PageFiles.in(built);
  if (files === undefined) return undefined;
  const console = files.page('index');
  const entrance = files.page('entrance', (html) => html.replace('%ORIGIN%', () => encodeURI(origin)));
  return new ServedPages(files, (request) => (resolver.slugOfHost(request) === undefined ? entrance : console));
}
