import { fileURLToPath } from 'node:url';
import { PageFiles, ServedPages } from '@helpdeskly/http';

/** Where the build puts the operators' console; the same place from `src` and from `dist`. */
const built = fileURLToPath(new URL('../../../operator-console/dist/', import.meta.url));

/** The operators' console. Undefined while it is not built. */
export function operatorPages(): ServedPages | undefined {
  const files = PageFiles.in(built);
  if (files === undefined) return undefined;
  const page = files.page('index');
  return new ServedPages(files, () => page);
}
