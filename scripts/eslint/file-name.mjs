// How files are called: words with hyphens, and a role after a dot where Nest, a tool or a reader looks for it.
import { basename } from 'node:path';

const roles =
  'module|controller|service|dto|guard|pipe|interceptor|filter|middleware|queries|deeds|config|spec|test|once\\.test|dependency-cruiser|size-limit|worker|d';
const form = new RegExp(`^(?:[a-z0-9]+(?:-[a-z0-9]+)*)?(?:\\.(?:${roles}))?\\.(?:ts|tsx|mts|mjs|cjs)$`);

/** ESLint's rule. */
export default {
  meta: {
    type: 'layout',
    schema: [],
    messages: {
      name: `{{name}}: lower-case words with hyphens, then one of ${roles.replaceAll('|', ', ').replaceAll('\\', '')} or nothing.`,
    },
  },
  create: (context) => ({
    Program(node) {
      const name = basename(context.filename);
      if (!form.test(name)) context.report({ node, messageId: 'name', data: { name } });
    },
  }),
};
